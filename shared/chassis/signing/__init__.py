"""Signing (签名): who said something, provable afterwards by anybody who has the public keys.

One interface for Ed25519, the usual one, and for SM2 with SM3; one list says whose key is trusted from when to when.
"""
