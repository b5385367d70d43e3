"""Webhooks in (签名回调接入): a bureau's system sends facts as Standard Webhooks; the signature says who it is."""
