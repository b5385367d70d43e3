"""Requirements (对接要求): the numbers of docs/standard/, what each asks for in a word, and what to do about a miss.

Sources and the whole wording stand in the document; a test holds the two together.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Requirement:
    """对接要求. ``remedy_…``: what a developer does who misses it."""

    number: str
    zh: str
    en: str
    remedy_zh: str
    remedy_en: str


REQUIREMENTS = (
    Requirement(
        "J-01",
        "证件类型与号码",
        "identity of the subject",
        "登记前按证件类型核对位数与校验位；没有统一社会信用代码的登记号用 099",
        "check length and check digit by the id_type before sending; a register number goes as 099",
    ),
    Requirement(
        "J-02",
        "办件字段",
        "fields of a case",
        "按 CaseBody 的 JSON Schema 组织报文：必填的都有，不认识的都没有",
        "shape the body by the JSON Schema CaseBody: everything required, nothing unknown",
    ),
    Requirement(
        "J-03",
        "日期",
        "dates",
        "日期写北京时间的某日（2026-01-31）；决定日期不晚于今天，有效期至不早于有效期起",
        "write days in China (2026-01-31); decided_on is not in the future, valid_to not before valid_from",
    ),
    Requirement(
        "J-04",
        "事项与区划代码",
        "codes of item and region",
        "事项用目录中的编码，区划用 GB/T 2260 的 6 位代码",
        "use item codes of the directory and 6-digit region codes of GB/T 2260",
    ),
    Requirement(
        "J-05",
        "文字",
        "texts",
        "文字不超长、无控制字符；居民身份证号码只写在 subject.id_no，手机号码不写",
        "no overlong texts, no control characters; a resident's number stands in subject.id_no alone, no phone anywhere",
    ),
    Requirement(
        "J-06",
        "接口密钥与报文格式",
        "API key and content type",
        "密钥放在 Authorization: Bearer，正文为 UTF-8 的 application/json",
        "send the key as Authorization: Bearer and the body as application/json in UTF-8",
    ),
    Requirement(
        "J-07",
        "幂等键",
        "idempotency key",
        "每一件生成一个 Idempotency-Key 并与该件一起保存，重发时用同一个键、同样的内容",
        "make one Idempotency-Key per statement, keep it with the statement, repeat with the same key and content",
    ),
    Requirement(
        "J-08",
        "连接中断",
        "broken connection",
        "没有收到完整答复就是没有结果：稍后以同样的内容、同一个键再发",
        "no whole answer is no result: send the same again a little later",
    ),
    Requirement(
        "J-09",
        "409 与 503",
        "409 and 503",
        "答复带 Retry-After 的，等够秒数以后原样再发，不作失败处理",
        "when the answer says Retry-After, wait that long and send the same again; it is no failure",
    ),
    Requirement(
        "J-10",
        "429",
        "429",
        "频率超限时等够 Retry-After 再发，期间不发别的",
        "when asked too often wait for Retry-After before anything else is sent",
    ),
    Requirement(
        "J-11",
        "等待答复",
        "patience",
        "一次请求至少等 10 秒；等候期间不另发同一件",
        "wait at least 10 s for an answer, and send nothing of the same statement meanwhile",
    ),
    Requirement(
        "J-12",
        "4xx 不再发",
        "4xx ends it",
        "没有 Retry-After 的 4xx 是结论：停止发送，把 title 与 errors 给办件人看",
        "a 4xx without Retry-After is final: stop, and show title and errors to whoever works on the case",
    ),
    Requirement(
        "J-13",
        "更正",
        "corrections",
        "更正用同一办件编号、同一监管对象，版次加一，内容完整",
        "a correction has the same case_id and object, the next revision, and the whole content",
    ),
    Requirement(
        "J-14",
        "先后",
        "order",
        "同一办件的前一版受理以后才发下一版",
        "send a revision only after the one before was taken",
    ),
    Requirement(
        "J-15",
        "批量",
        "batches",
        "逐行看答复：只重发可重试的行，被拒绝的行给人看",
        "read the answer line by line: repeat only what may be retried, show what was refused",
    ),
    Requirement(
        "J-16",
        "验签",
        "signature",
        "对收到的原始字节按 Standard Webhooks 验签，不符的答 401，不作处理；多个签名有一个相符即可",
        "verify Standard Webhooks over the bytes as received, answer 401 and do nothing when it fails; any one of several signatures will do",
    ),
    Requirement(
        "J-17",
        "时间戳",
        "timestamp",
        "webhook-timestamp 与本机时钟相差五分钟以内的才接受，并校准时钟",
        "take only what is within five minutes of your clock, and keep the clock right",
    ),
    Requirement(
        "J-18",
        "及时答复",
        "quick answer",
        "先存下推送再答 2xx，处理放到答复以后；5 秒之内答复",
        "keep what is pushed, answer 2xx within 5 s, do the work afterwards",
    ),
    Requirement(
        "J-19",
        "只收一次",
        "once only",
        "记下 webhook-id，再来的同一编号仍答 2xx，但不再处理",
        "remember webhook-id; the same one again is answered 2xx and done no second time",
    ),
    Requirement(
        "J-20",
        "不认识的类型",
        "unknown types",
        "不认识的 type 也答 2xx，留着或放下；否则平台会一直重发",
        "answer 2xx to a type you do not know and let it be; else it is sent again and again",
    ),
    Requirement(
        "J-21",
        "地址中无个人号码",
        "no personal numbers in addresses",
        "自然人用 POST /api/v1/gate 查询；证件号码、手机号码不得出现在地址与查询参数里",
        "ask about persons by POST /api/v1/gate; no identity number or phone stands in an address or a query",
    ),
    Requirement(
        "J-22",
        "更换密钥",
        "changing the secret",
        "验签密钥可以同时有两个：新的加上、旧的还在时两个都认，旧的停用以后不认",
        "keep two secrets while they change: either fits, until the old one is retired, which then no longer does",
    ),
    Requirement(
        "J-23",
        "缺口",
        "gaps",
        "版本不连续的推送照样收下、照样处理，不等缺的那一个",
        "take and apply a fact whose predecessor has not come; do not wait for it",
    ),
    Requirement(
        "J-24",
        "迟到的旧版",
        "what comes late",
        "同一对象以 data 里的 version 为准：比已知的旧，答 2xx，不覆盖",
        "go by the version in data: an older one is answered 2xx and changes nothing",
    ),
    Requirement(
        "J-25",
        "不认识的字段",
        "unknown fields",
        "忽略 data 里不认识的字段；平台会增加字段",
        "ignore fields in data you do not know; the platform adds fields",
    ),
    Requirement(
        "J-26",
        "存不下",
        "nowhere to keep it",
        "存不下时答 5xx，平台会再送；不得先答 2xx，也不要答 4xx（平台当作不收这一个，三次以后搁置）",
        "answer 5xx while you cannot keep it and it comes again; never 2xx, and no 4xx, which parks it after three tries",
    ),
    Requirement(
        "J-27",
        "检查报文",
        "content of an inspection",
        "按 InspectionForm 的 JSON Schema 组织报文；结果如实，问题只写在不合格的检查项上",
        "shape the body by the JSON Schema InspectionForm; say the result as it was, findings on failed lines alone",
    ),
    Requirement(
        "J-28",
        "执法人员",
        "officers",
        "写明参加检查的全部执法人员编号，至少两名，不重复",
        "name every officer who was there by code, two at least, none twice",
    ),
    Requirement(
        "J-29",
        "检查编号",
        "number of an inspection",
        "每次检查一个编号，与该次检查一起保存；重发用同一个，另一次检查（含复查）用另一个",
        "one number for each inspection, kept with it: the same when it is sent again, another for another inspection",
    ),
    Requirement(
        "J-30",
        "监管对象",
        "the object",
        "object_no 与 source_system 用审批办件里的，不用自己的编号",
        "object_no and source_system are those of the approval case, not numbers of your own",
    ),
    Requirement(
        "J-31",
        "签名回调的签名",
        "signature of a signed webhook",
        "按 Standard Webhooks 对发出的原始字节签名；每次发送（包括重发）用当时的时间戳重新签",
        "sign the bytes as they leave by Standard Webhooks; sign anew, with the time of now, whenever it is sent again",
    ),
    Requirement(
        "J-32",
        "webhook-id",
        "webhook-id",
        "每一件一个 webhook-id，与该件一起保存；重发不换，别的内容用别的",
        "one webhook-id per statement, kept with it: the same when it is sent again, another for other content",
    ),
    Requirement(
        "J-33",
        "签名回调的报文",
        "message of a signed webhook",
        "发往 /api/v1/webhooks/<自己的来源系统>，正文只有 type、timestamp、data",
        "send it to /api/v1/webhooks/<your source system>, with type, timestamp and data alone",
    ),
)
