"""Hooks (推送订阅): a system outside subscribes to facts of this service and gets them as Standard Webhooks."""
