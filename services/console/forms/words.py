"""Words of the papers (文书用语): the codes of the services as people write them. Papers are in Chinese, whoever prints them."""

VISIT_KIND = {"ROUTINE": "日常检查", "SPECIAL": "专项检查", "CASE": "个案检查"}
RESULT = {"PASS": "合格", "PASS_WITH_CONDITIONS": "基本合格（责令改正）", "FAIL": "不合格"}
SEVERITY = {"CRITICAL": "严重", "SERIOUS": "较重", "MINOR": "轻微"}
