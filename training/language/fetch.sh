#!/bin/sh
# Fetches from Debian bookworm what the table of languages is learnt from, into the folder named: message catalogues,
# and the word lists inside the data of Tesseract. Needs tesseract-ocr (combine_tessdata, dawg2wordlist).
set -eu
to=${1:?folder}
mkdir -p "$to/x" "$to/words" && cd "$to"
catalogues="apt aptitude-common baobab debconf eog evince-common evolution-common evolution-data-server-common
    file-roller gimp-data gnome-calculator gnome-control-center-data gnome-shell-common gnome-software-common
    gnome-terminal-data gnome-user-docs iso-codes kio libglib2.0-data libgtk-3-common libgtk-4-common libgtk2.0-common
    libkf5i18n-data nautilus-data pidgin-data rhythmbox-data synaptic totem-common transmission-common yelp"
for language in ar be bg fa kk mn ru tg tr ug uk uz; do catalogues="$catalogues libreoffice-l10n-$language"; done
languages="ara aze bel bul ces dan deu eng est fas fin fra hrv hun ind ita kaz kir lav lit mkd mon msa nld nor pol por
    pus ron rus slk slv spa sqi srp swe tgk tur uig ukr urd uzb uzb-cyrl vie"
for package in $catalogues $(for language in $languages; do echo "tesseract-ocr-$language"; done); do
    [ -d "x/$package" ] && continue
    apt-get download -q "$package"
    mkdir "x/$package"
    dpkg-deb -x "${package}"_*.deb "x/$package"
    rm "${package}"_*.deb
done
for data in $(find x -name '*.traineddata'); do
    name=$(basename "$data" .traineddata)
    combine_tessdata -u "$data" "words/$name." >/dev/null 2>&1
    dawg2wordlist "words/$name.lstm-unicharset" "words/$name.lstm-word-dawg" "words/$name.txt" >/dev/null 2>&1
done
