"""The words of the sample leak. Every place, office, works and event in it is invented; no person is named.

The story: the environmental inspection of Yunlugu county, which does not exist, measures the waste water of the
Yashil Vadi Chemical Works, which does not exist either, in spring 2019, and one copy of the report gives other values.
"""

from __future__ import annotations

from examples.sample_leak.pdf import Block, Table, Text

PASSWORD = "yashil-2019"

REPORT_TITLE = "云麓谷县环境保护检查报告"
REPORT: tuple[tuple[Block, ...], ...] = (
    (
        Text("云麓谷县环境保护检查报告", 18),
        Text("Environmental inspection report, Yunlugu county (invented)", 12),
        Text(""),
        Text("文号：云环检〔2019〕17号　　日期：2019年4月12日"),
        Text("被检查单位：雅什谷化工厂（Yashil Vadi Chemical Works）"),
        Text(""),
        Text("一、检查情况", 13),
        Text("根据环境保护工作计划，检查组于2019年4月9日对该厂进行现场检查。"),
        Text("检查组在三个排水口取样，水样由县环境监测站分析。"),
        Text("二号排水口的化学需氧量超过排放标准，氨氮也超过标准。"),
        Text(""),
        Text("1. Summary", 13),
        Text("On 9 April 2019 the inspection took samples at three outlets of the works."),
        Text("At outlet 2 the chemical oxygen demand was above the limit of 100 mg/L."),
        Text("The works was asked to repair the treatment basin before 31 May 2019."),
    ),
    (
        Text("二、监测数据 / 2. Measurements", 13),
        Table(
            (
                ("采样点 / Outlet", "pH", "COD (mg/L)", "氨氮 NH₃-N (mg/L)"),
                ("1号排水口", "7.4", "62", "8.1"),
                ("2号排水口", "6.1", "182", "27.5"),
                ("3号排水口", "7.2", "71", "9.0"),
                ("排放标准 / Limit", "6–9", "100", "15"),
            )
        ),
        Text(""),
        Text("三、处理意见", 13),
        Text("责令该厂于2019年5月31日前修复污水处理池，并向县环境保护局书面报告。"),
        Text(""),
        Text("3. Decision", 13),
        Text("A second inspection follows in June 2019. This report is not for publication."),
    ),
)

NOTICE_TITLE = "ئۇقتۇرۇش · Хабарлама · Уведомление · Bildiri"
NOTICE: tuple[tuple[Block, ...], ...] = (
    (
        Text("مۇھىت ئاسراش ئۇقتۇرۇشى", 20),
        Text("يېشىل ۋادى خىمىيە زاۋۇتىنىڭ سۈيى تەكشۈرۈلدى.", 14),
        Text("دەريا سۈيىنى ئىچمەڭلار، بالىلارنى دەرياغا ئېلىپ بارماڭلار.", 14),
        Text("ئىككىنچى ئېغىزدىكى سۇ ئۆلچەمدىن يۇقىرى دەرىجىدە بۇلغانغان.", 14),
        Text("كېيىنكى تەكشۈرۈش 2019 يىلى ئىيۇندا ئېلىپ بېرىلىدۇ.", 14),
    ),
    (
        Text("Қоршаған ортаны қорғау туралы хабарлама", 15),
        Text("Жасыл Алқап химия зауытының суы тексерілді."),
        Text("Екінші шығыстағы су белгіленген мөлшерден жоғары ластанған."),
        Text("Өзен суын ішпеңіздер, балаларды өзенге жібермеңіздер."),
        Text(""),
        Text("Уведомление об охране окружающей среды", 15),
        Text("Проверена сточная вода химического завода «Яшил Вади»."),
        Text("На втором выпуске вода загрязнена выше нормы. Воду из реки не пить."),
        Text(""),
        Text("Çevre koruma bildirisi", 15),
        Text("Yeşil Vadi Kimya Fabrikası'nın atık suyu incelendi."),
        Text("İkinci çıkıştaki su sınır değerin üzerinde kirlidir. Irmak suyunu içmeyiniz."),
    ),
)

# The typed copy that was scanned: the same date and number as the report, other values.
SCANNED: tuple[Block, ...] = (
    Text("云麓谷县环境保护检查报告（副本）", 18),
    Text(""),
    Text("文号：云环检〔2019〕17号", 13),
    Text("日期：2019年4月12日", 13),
    Text("单位：雅什谷化工厂", 13),
    Text(""),
    Table(
        (
            ("采样点", "pH", "COD (mg/L)", "氨氮 (mg/L)"),
            ("1号排水口", "7.4", "62", "8.1"),
            ("2号排水口", "7.0", "82", "12.5"),
            ("3号排水口", "7.2", "71", "9.0"),
        ),
        12,
    ),
    Text(""),
    Text("各排水口均达到排放标准。", 13),
    Text("All outlets are within the limits.", 13),
)

ATTACHED: tuple[Block, ...] = (
    Text("整改通知", 18),
    Text("雅什谷化工厂：请于2019年5月31日前修复污水处理池。", 12),
    Text("联系单位：云麓谷县环境保护局", 12),
)

LOCKED: tuple[Block, ...] = (
    Text("内部记录", 18),
    Text("二号排水口的水样共有两份，两份的数值不同。", 12),
    Text("There are two samples of outlet 2, and their values differ.", 12),
)

ACT_TITLE = "Акт проверки № 17"
ACT = (
    "Акт проверки № 17",
    "Химический завод «Яшил Вади» проверен 9 апреля 2019 года.",
    "На втором выпуске химическое потребление кислорода составило 182 мг/л при норме 100 мг/л.",
    "Жасыл Алқап химия зауытына тексеру жүргізілді: екінші шығыстағы су ластанған.",
    "Қоршаған ортаны қорғау талаптары бұзылған, зауытқа ескерту жасалды.",
)
ACT_TABLE = (
    ("Выпуск / Шығыс", "pH", "ХПК, мг/л"),
    ("№ 1", "7,4", "62"),
    ("№ 2", "6,1", "182"),
    ("№ 3", "7,2", "71"),
)
ACT_FOOTER = "Для служебного пользования · Қызмет бабында пайдалану үшін"

PROTOCOL_RU = (
    "Протокол отбора проб\r\n"
    "Место: река ниже химического завода «Яшил Вади».\r\n"
    "Пробы отобраны 9 апреля 2019 года, в 10:30, 11:15 и 12:05.\r\n"
    "Вода второй пробы мутная, с резким запахом.\r\n"
    "Пробы переданы в лабораторию уездной станции охраны окружающей среды.\r\n"
)
NOTE_ZH = (
    "说明\r\n"
    "本文件夹保存雅什谷化工厂环境保护检查的全部材料。\r\n"
    "原始数据见“监测数据.xlsx”，检查报告见“检查报告 2019-04.pdf”。\r\n"
    "扫描件与检查报告的数值不一致，请核对。\r\n"
)
LETTER_UG = (
    "ھۆرمەتلىك تەكشۈرۈش ئىدارىسى:\n"
    "بىز دەريا بويىدىكى ئاھالىلەر، دەريا سۈيىنىڭ رەڭگى ئۆزگەردى.\n"
    "يېشىل ۋادى خىمىيە زاۋۇتىدىن چىققان سۇنىڭ پۇرىقى بەك ئېغىر.\n"
    "مۇھىت ئاسراش خىزمىتىنى كۈچەيتىشىڭلارنى سورايمىز.\n"
)
NOTES_TR = (
    "Saha notları",
    "9 Nisan 2019: Yeşil Vadi Kimya Fabrikası'nın üç çıkışından numune alındı.",
    "İkinci çıkışta suyun rengi koyu, kokusu ağır. Ölçüm: 182 mg/L.",
    "Çevre koruma birimi ikinci bir inceleme istiyor.",
)
INNER_ZH = "监测报告（压缩包内）\r\n二号排水口：化学需氧量182毫克/升，氨氮27.5毫克/升。\r\n"
OUTER_RU = "В этом архиве лежит архив с отчётом о мониторинге.\n"

MAIL_SUBJECT = "关于雅什谷化工厂环境保护检查的整改通知"
MAIL_BODY = (
    "您好：\n\n"
    "现将雅什谷化工厂的整改通知发给你们，请在2019年5月31日前完成。\n"
    "二号排水口的数据以检查报告为准。\n\n"
    "云麓谷县环境保护局\n"
)

SHEETS: tuple[tuple[str, str, tuple[tuple[str | float, ...], ...]], ...] = (
    (
        "监测数据",
        "visible",
        (
            ("日期", "采样点", "pH", "COD (mg/L)", "氨氮 (mg/L)"),
            ("2019-04-09", "1号排水口", 7.4, 62, 8.1),
            ("2019-04-09", "2号排水口", 6.1, 182, 27.5),
            ("2019-04-09", "3号排水口", 7.2, 71, 9),
        ),
    ),
    (
        "Özet",
        "visible",
        (
            ("Çıkış", "Ölçüm (mg/L)", "Sınır (mg/L)", "Sonuç"),
            ("İkinci çıkış", 182, 100, "sınırın üzerinde"),
            ("Üçüncü çıkış", 71, 100, "uygun"),
            ("Birinci çıkış", 62, 100, "uygun"),
        ),
    ),
    (
        "旧数据",
        "hidden",
        (
            ("日期", "采样点", "COD (mg/L)"),
            ("2018-10-16", "2号排水口", 164),
        ),
    ),
)
