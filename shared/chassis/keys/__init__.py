"""API keys (接口密钥) of bureau systems: made in approval, told by event, checked by every service alone."""
