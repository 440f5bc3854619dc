#!/bin/sh
# Fetches from Debian bookworm what the training material is made of, into the folder named: message catalogues in
# Uyghur, Kazakh and Arabic, and the word lists inside the data of Tesseract. Fonts are installed, see README.md.
set -eu
to=${1:?folder}
mkdir -p "$to" && cd "$to"
for package in libreoffice-l10n-ug libreoffice-l10n-kk tesseract-ocr-uig tesseract-ocr-kaz apt aptitude-common baobab \
    debconf eog evince-common evolution-common evolution-data-server-common file-roller gimp-data gnome-calculator \
    gnome-control-center-data gnome-shell-common gnome-software-common gnome-terminal-data gnome-user-docs iso-codes \
    kio libglib2.0-data libgtk-3-common libgtk-4-common libgtk2.0-common libkf5i18n-data nautilus-data pidgin-data \
    rhythmbox-data synaptic totem-common transmission-common yelp; do
    [ -d "x/$package" ] && continue
    apt-get download -q "$package"
    mkdir -p "x/$package"
    dpkg-deb -x "${package}"_*.deb "x/$package"
done
mkdir -p words
for language in uig kaz; do
    data=$(find "x/tesseract-ocr-$language" -name "$language.traineddata")
    combine_tessdata -u "$data" "words/$language." >/dev/null 2>&1
    dawg2wordlist "words/$language.lstm-unicharset" "words/$language.lstm-word-dawg" "words/$language.txt" >/dev/null 2>&1
done
