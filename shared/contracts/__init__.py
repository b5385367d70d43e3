"""Sentences (事件契约): what services tell each other. Shapes only; additive change only inside v1."""
