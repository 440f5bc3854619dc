"""Sentences in five languages, written for the benchmark in the register of offices; nobody in them is real."""

from __future__ import annotations

LANGUAGES = ("en", "zh", "ru", "tr", "ug")

SENTENCES = """
The school will be closed on Monday because of the heavy snow.
因大雪，学校星期一停课。
Из-за сильного снегопада школа в понедельник будет закрыта.
Yoğun kar nedeniyle okul pazartesi günü kapalı olacak.
قاتتىق قار ياغقانلىقتىن مەكتەپ دۈشەنبە كۈنى تاقىلىدۇ.

All passports must be handed in at the police station before Friday.
所有护照必须在星期五之前交到派出所。
Все паспорта нужно сдать в отделение полиции до пятницы.
Bütün pasaportlar cuma gününden önce polis karakoluna teslim edilmelidir.
بارلىق پاسپورتلار جۈمە كۈنىدىن بۇرۇن ساقچىخانىغا تاپشۇرۇلۇشى كېرەك.

The farmers received money for the water they saved.
农民因节约用水得到了补贴。
Крестьяне получили деньги за сэкономленную воду.
Çiftçiler tasarruf ettikleri su için para aldı.
دېھقانلار تېجىگەن سۇ ئۈچۈن پۇل ئالدى.

The head of the village must report every new building to the county.
村长必须向县里报告每一座新建房屋。
Староста села обязан сообщать району о каждом новом здании.
Köy muhtarı her yeni binayı ilçeye bildirmek zorundadır.
كەنت باشلىقى ھەر بىر يېڭى ئۆينى ناھىيەگە مەلۇم قىلىشى كېرەك.

The hospital needs twelve doctors and thirty nurses.
医院需要十二名医生和三十名护士。
Больнице нужны двенадцать врачей и тридцать медсестёр.
Hastanenin on iki doktora ve otuz hemşireye ihtiyacı var.
دوختۇرخانىغا ئون ئىككى دوختۇر ۋە ئوتتۇز سېسترا كېرەك.

The factory pays the workers at the end of each month.
工厂在每月月底给工人发工资。
Завод платит рабочим в конце каждого месяца.
Fabrika işçilere her ayın sonunda ödeme yapar.
زاۋۇت ئىشچىلارغا ھەر ئاينىڭ ئاخىرىدا مائاش بېرىدۇ.

The road between the two cities was repaired last year.
两座城市之间的公路去年修好了。
Дорогу между двумя городами отремонтировали в прошлом году.
İki şehir arasındaki yol geçen yıl onarıldı.
ئىككى شەھەر ئارىسىدىكى يول ئۆتكەن يىلى رېمونت قىلىندى.

Nobody may enter the archive without written permission.
没有书面许可，任何人不得进入档案室。
Никто не может входить в архив без письменного разрешения.
Yazılı izin olmadan hiç kimse arşive giremez.
يازما رۇخسەتسىز ھېچكىم ئارخىپخانىغا كىرەلمەيدۇ.

The students learn the national language for four hours a day.
学生每天学习四个小时的国家通用语言。
Ученики четыре часа в день учат государственный язык.
Öğrenciler günde dört saat ulusal dili öğreniyor.
ئوقۇغۇچىلار كۈنىگە تۆت سائەت دۆلەت تىلى ئۆگىنىدۇ.

Please send the list of employees to the personnel office.
请把职工名单送到人事科。
Просим направить список сотрудников в отдел кадров.
Lütfen çalışanların listesini personel dairesine gönderin.
خىزمەتچىلەرنىڭ تىزىملىكىنى كادىرلار بۆلۈمىگە ئەۋەتىڭ.

The bridge is dangerous and must not be used by lorries.
这座桥很危险，禁止货车通行。
Мост опасен, грузовикам ездить по нему запрещено.
Köprü tehlikelidir ve kamyonlar tarafından kullanılmamalıdır.
كۆۋرۈك خەتەرلىك، يۈك ماشىنىلىرى ماڭسا بولمايدۇ.

The meeting about the budget begins at nine in the morning.
预算会议上午九点开始。
Совещание о бюджете начинается в девять часов утра.
Bütçe toplantısı sabah saat dokuzda başlıyor.
خامچوت يىغىنى ئەتىگەن سائەت توققۇزدا باشلىنىدۇ.

Her brother works in a shoe factory in another province.
她的弟弟在外省的一家鞋厂工作。
Её брат работает на обувной фабрике в другой провинции.
Erkek kardeşi başka bir ilde bir ayakkabı fabrikasında çalışıyor.
ئۇنىڭ ئىنىسى باشقا ئۆلكىدىكى بىر ئاياغ زاۋۇتىدا ئىشلەيدۇ.

The old mosque was turned into a museum.
旧清真寺被改成了博物馆。
Старую мечеть превратили в музей.
Eski cami müzeye dönüştürüldü.
كونا مەسچىت مۇزېيغا ئايلاندۇرۇلدى.

The price of cotton fell by a fifth this autumn.
今年秋天棉花价格下降了五分之一。
Этой осенью цена на хлопок упала на одну пятую.
Pamuğun fiyatı bu sonbaharda beşte bir oranında düştü.
بۇ يىل كۈزدە پاختا باھاسى بەشتىن بىر تۆۋەنلىدى.

Cameras were installed at the entrance of every building.
每栋楼的入口都安装了摄像头。
У входа в каждое здание установили камеры.
Her binanın girişine kamera yerleştirildi.
ھەر بىر بىنانىڭ كىرىش ئېغىزىغا كامېرا ئورنىتىلدى.

The children are looked after by their grandmother.
孩子们由祖母照顾。
За детьми присматривает бабушка.
Çocuklara büyükanneleri bakıyor.
بالىلارغا مومىسى قارايدۇ.

The letter was never answered by the ministry.
部里一直没有答复这封信。
Министерство так и не ответило на письмо.
Bakanlık mektuba hiç cevap vermedi.
مىنىستىرلىق بۇ خەتكە زادى جاۋاب بەرمىدى.

A new well was dug in the desert last spring.
去年春天在沙漠里打了一口新井。
Прошлой весной в пустыне вырыли новый колодец.
Geçen ilkbaharda çölde yeni bir kuyu kazıldı.
ئۆتكەن يىلى ئەتىيازدا چۆلدە يېڭى قۇدۇق قېزىلدى.

The company bought the land from the city for nothing.
公司无偿从市里得到了这块土地。
Компания получила землю у города даром.
Şirket araziyi belediyeden bedava aldı.
شىركەت يەرنى شەھەردىن بىكارغا ئالدى.

The detained man was not allowed to see a lawyer.
被拘留的人不被允许见律师。
Задержанному не позволили увидеться с адвокатом.
Gözaltındaki adamın avukat görmesine izin verilmedi.
تۇتۇپ تۇرۇلغان كىشىنىڭ ئادۋوكات بىلەن كۆرۈشۈشىگە رۇخسەت قىلىنمىدى.

Families with more than three children pay a fine.
有三个以上孩子的家庭要交罚款。
Семьи, в которых больше трёх детей, платят штраф.
Üçten fazla çocuğu olan aileler para cezası öder.
ئۈچتىن ئارتۇق بالىسى بار ئائىلىلەر جەرىمانە تاپشۇرىدۇ.

The train to the capital leaves twice a day.
开往首都的火车每天两班。
Поезд в столицу отправляется дважды в день.
Başkente giden tren günde iki kez kalkar.
پايتەختكە بارىدىغان پويىز كۈنىگە ئىككى قېتىم ماڭىدۇ.

The teachers signed a promise not to travel abroad.
教师们签署了不出国的保证书。
Учителя подписали обещание не ездить за границу.
Öğretmenler yurt dışına çıkmayacaklarına dair söz imzaladı.
ئوقۇتقۇچىلار چەت ئەلگە چىقماسلىق توغرىسىدا ۋەدىنامىگە قول قويدى.

The electricity was cut because the bill was not paid.
因为没有交电费，所以停电了。
Электричество отключили, потому что счёт не оплатили.
Fatura ödenmediği için elektrik kesildi.
توك ھەققى تۆلەنمىگەچكە توك ئۈزۈۋېتىلدى.

The river is polluted by waste from the paper mill.
河水被造纸厂的废水污染了。
Река загрязнена отходами бумажной фабрики.
Nehir, kâğıt fabrikasının atıklarıyla kirlendi.
دەريا قەغەز زاۋۇتىنىڭ تاشلاندۇق سۈيى بىلەن بۇلغاندى.

He was given a medal for thirty years of service.
他因服务三十年而获得奖章。
Он получил медаль за тридцать лет службы.
Otuz yıllık hizmeti için ona madalya verildi.
ئوتتۇز يىللىق خىزمىتى ئۈچۈن ئۇنىڭغا مېدال بېرىلدى.

The building has two floors and a large courtyard.
这座楼有两层，还有一个大院子。
В здании два этажа и большой двор.
Binanın iki katı ve büyük bir avlusu var.
بىنا ئىككى قەۋەتلىك بولۇپ، چوڭ بىر ھويلىسى بار.

Visitors must leave their telephones at the gate.
来访者必须把手机留在门口。
Посетители должны оставлять телефоны у ворот.
Ziyaretçiler telefonlarını kapıda bırakmak zorundadır.
زىيارەتچىلەر تېلېفونلىرىنى دەرۋازىدا قالدۇرۇشى كېرەك.

The bank closed the account without giving a reason.
银行没有说明理由就关闭了账户。
Банк закрыл счёт, не назвав причины.
Banka sebep göstermeden hesabı kapattı.
بانكا سەۋەب كۆرسەتمەيلا ھېساباتنى تاقىدى.

The singer was invited to the wedding of the mayor's daughter.
歌手被邀请参加市长女儿的婚礼。
Певицу пригласили на свадьбу дочери мэра.
Şarkıcı, belediye başkanının kızının düğününe davet edildi.
ناخشىچى شەھەر باشلىقىنىڭ قىزىنىڭ تويىغا تەكلىپ قىلىندى.

Two trucks with flour arrived from the north yesterday.
昨天从北方来了两卡车面粉。
Вчера с севера прибыли два грузовика с мукой.
Dün kuzeyden un taşıyan iki kamyon geldi.
تۈنۈگۈن شىمالدىن ئىككى ماشىنا ئۇن كەلدى.

The doctor says that the patient must rest for a week.
医生说病人必须休息一个星期。
Врач говорит, что больной должен отдыхать неделю.
Doktor, hastanın bir hafta dinlenmesi gerektiğini söylüyor.
دوختۇر بىمارنىڭ بىر ھەپتە دەم ئېلىشى كېرەكلىكىنى ئېيتتى.

The new law forbids smoking in public places.
新法律禁止在公共场所吸烟。
Новый закон запрещает курить в общественных местах.
Yeni yasa halka açık yerlerde sigara içmeyi yasaklıyor.
يېڭى قانۇن ئاممىۋى سورۇنلاردا تاماكا چېكىشنى چەكلەيدۇ.

The sheep were sold at the market for a good price.
羊在市场上卖了个好价钱。
Овец продали на рынке по хорошей цене.
Koyunlar pazarda iyi bir fiyata satıldı.
قويلار بازاردا ياخشى باھادا سېتىلدى.

Cadres visit the families once a week and write a report.
干部每周走访家庭一次并写报告。
Раз в неделю кадры посещают семьи и пишут отчёт.
Görevliler haftada bir aileleri ziyaret eder ve rapor yazar.
كادىرلار ھەپتىدە بىر قېتىم ئائىلىلەرنى زىيارەت قىلىپ دوكلات يازىدۇ.

The library has lost more than two hundred books.
图书馆丢了两百多本书。
Библиотека потеряла больше двухсот книг.
Kütüphane iki yüzden fazla kitap kaybetti.
كۈتۈپخانا ئىككى يۈزدىن ئارتۇق كىتابنى يوقاتتى.

The date of birth in the form is wrong.
表格中的出生日期有误。
Дата рождения в анкете неверна.
Formdaki doğum tarihi yanlış.
جەدۋەلدىكى تۇغۇلغان ۋاقتى خاتا.

The earthquake destroyed eighty houses in the mountains.
地震摧毁了山区的八十座房屋。
Землетрясение разрушило восемьдесят домов в горах.
Deprem dağlarda seksen evi yıktı.
يەر تەۋرەش تاغدىكى سەكسەن ئۆينى ۋەيران قىلدى.

The guard must not leave his post at night.
警卫夜间不得离开岗位。
Охранник не должен покидать пост ночью.
Nöbetçi gece görev yerini terk etmemelidir.
قاراۋۇل كېچىدە پوستىدىن ئايرىلماسلىقى كېرەك.

The contract for the construction was signed without a tender.
工程合同未经招标就签订了。
Договор на строительство подписали без конкурса.
İnşaat sözleşmesi ihale yapılmadan imzalandı.
قۇرۇلۇش توختامى خېرىدار چاقىرماي ئىمزالاندى.

Apples from this valley are sold all over the country.
这个山谷的苹果销往全国。
Яблоки из этой долины продают по всей стране.
Bu vadinin elmaları bütün ülkede satılıyor.
بۇ جىلغىنىڭ ئالمىسى پۈتۈن مەملىكەتتە سېتىلىدۇ.
"""


def parallel() -> dict[str, list[str]]:
    """The sentences by language; those at one place mean the same."""
    groups = [group.splitlines() for group in SENTENCES.strip().split("\n\n")]
    assert all(len(group) == len(LANGUAGES) for group in groups)
    return {language: [group[at] for group in groups] for at, language in enumerate(LANGUAGES)}
