"""Notices (自动提醒): a personal inbox in every service, and channels that carry what is in it out of the house.

Told in the business transaction (posting), planned by the person's preference, delivered by the notifier: at least
once, under a stable message id, never in the way of the service.
"""
