"""Files that look redacted: a name can still be read from what the file holds beside its pages; one way in each."""

from __future__ import annotations

import zlib
from collections.abc import Callable

import pikepdf
from pikepdf import Array, Dictionary, Name, String

from examples.leaky_pdfs.paper import (
    CYRILLIC,
    HAN,
    NAME,
    NAME_AT,
    UYGHUR,
    add_page,
    black_box,
    content_number,
    free_number,
    helvetica,
    lines,
    new_pdf,
    rect_of,
    redacted,
    save,
    stream,
    text_at,
    update,
)

NAME_TEXT = text_at(*NAME_AT, NAME)


def actual_text() -> bytes:
    """What the box says to programs that read aloud."""
    pdf = new_pdf()
    said = NAME.encode().hex()
    add_page(pdf, lines() + f"/Span << /ActualText <{said}> >> BDC\n".encode() + black_box() + b"EMC\n")
    return save(pdf)


def structure_text() -> bytes:
    """The same in the structure of the document: alternative text and expansion."""
    pdf = new_pdf()
    page = add_page(pdf, lines() + b"/Figure << /MCID 0 >> BDC\n" + black_box() + b"EMC\n")
    page.StructParents = 0
    tree = pdf.make_indirect(Dictionary(Type=Name.StructTreeRoot))
    figure = pdf.make_indirect(
        Dictionary(Type=Name.StructElem, S=Name.Figure, P=tree, K=0, Alt=String(CYRILLIC), E=String(NAME), Pg=page.obj)
    )
    tree.K = Array([figure])
    tree.ParentTree = Dictionary(Nums=Array([0, Array([figure])]))
    pdf.Root.StructTreeRoot = tree
    pdf.Root.MarkInfo = Dictionary(Marked=True)
    return save(pdf)


def earlier_revision() -> bytes:
    """The page as it was, and behind its end the page as it is now."""
    pdf = new_pdf()
    add_page(pdf, lines() + NAME_TEXT)
    data = save(pdf)
    return update(data, {content_number(data): stream(lines() + black_box())})


def orphan_object() -> bytes:
    """A content stream that no page uses any more."""
    pdf, _ = redacted()
    data = save(pdf)
    return update(data, {free_number(data): stream(lines() + NAME_TEXT)})


def forgotten_bytes() -> bytes:
    """An object that no table lists any more: it stands between two others."""
    pdf, _ = redacted()
    data = save(pdf)
    lost = b"77 0 obj\n" + stream(lines() + NAME_TEXT) + b"\nendobj\n"
    place = data.rindex(b"xref\n", 0, data.rindex(b"startxref"))
    start = int(data.rsplit(b"startxref", 1)[1].split()[0])
    moved = data[:place] + lost + data[place:]
    return moved.replace(b"startxref\n%d" % start, b"startxref\n%d" % (start + len(lost)))


def deleted_object_stream() -> bytes:
    """An object stream whose objects were all replaced; its bytes are still there."""
    pdf, _ = redacted()
    data = save(pdf)
    number = free_number(data)
    old = f"<< /Title ({NAME}) >>".encode()
    head = b"%d 0 " % (number + 1)
    packed = stream(head + old, b"/Type /ObjStm /N 1 /First %d" % len(head))
    return update(data, {number: packed, number + 1: b"null"})


def attachment() -> bytes:
    """A file attached to the document."""
    pdf, _ = redacted()
    spec = pikepdf.AttachedFileSpec(pdf, f"{NAME}, interview".encode(), filename="notes.txt", mime_type="text/plain")
    pdf.attachments["notes.txt"] = spec
    return save(pdf)


def xmp() -> bytes:
    """A metadata packet with a title and keywords."""
    pdf, _ = redacted()
    packet = (
        "<?xpacket begin='' id='W5M0MpCehiHzreSzNTczkc9d'?><x:xmpmeta xmlns:x='adobe:ns:meta/'>"
        "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>"
        "<rdf:Description rdf:about='' xmlns:dc='http://purl.org/dc/elements/1.1/'><dc:title><rdf:Alt>"
        f"<rdf:li xml:lang='x-default'>Hearing of {UYGHUR}</rdf:li></rdf:Alt></dc:title>"
        "</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end='r'?>"
    )
    pdf.Root.Metadata = pdf.make_stream(packet.encode(), Type=Name.Metadata, Subtype=Name.XML)
    return save(pdf)


def info() -> bytes:
    """The title in the properties of the document."""
    pdf, _ = redacted()
    pdf.docinfo[Name.Title] = f"Hearing {HAN} final"
    return save(pdf)


def outline() -> bytes:
    """A bookmark."""
    pdf, _ = redacted()
    with pdf.open_outline() as marks:
        marks.root.append(pikepdf.OutlineItem(CYRILLIC, 0))
    return save(pdf)


def piece_info() -> bytes:
    """What the program that made the page keeps for itself."""
    pdf, page = redacted()
    private = pdf.make_stream(f"layer 1: {NAME}".encode())
    page.PieceInfo = Dictionary(DrawingTool=Dictionary(LastModified=String("D:20190101"), Private=private))
    return save(pdf)


def form_value() -> bytes:
    """The value of a field that is not shown."""
    return _with_field(Dictionary(FT=Name.Tx, T=String("witness"), V=String(NAME), F=2))


def _with_field(field: Dictionary) -> bytes:
    pdf, page = redacted()
    field.Type, field.Subtype, field.Rect = Name.Annot, Name.Widget, rect_of((40, 90, 120, 18))
    field.P = page.obj
    widget = pdf.make_indirect(field)
    page.Annots = Array([widget])
    pdf.Root.AcroForm = Dictionary(Fields=Array([widget]), DR=Dictionary(Font=Dictionary(F1=helvetica())))
    return save(pdf)


def signature_field() -> bytes:
    """A signature with the name, the reason and a way to reach who signed."""
    value = Dictionary(Type=Name.Sig, Filter=Name("/Adobe.PPKLite"), Name=String(NAME), ContactInfo=String("room 7"))
    return _with_field(Dictionary(FT=Name.Sig, T=String("signature"), V=value, F=2))


def xfa() -> bytes:
    """A form in XML, beside the page."""
    pdf, _ = redacted()
    data = f"<xfa:data xmlns:xfa='http://www.xfa.org/schema/xfa-data/1.0/'><w>{HAN}</w></xfa:data>".encode()
    pdf.Root.AcroForm = Dictionary(Fields=Array([]), XFA=Array([String("datasets"), pdf.make_stream(data)]))
    return save(pdf)


def javascript() -> bytes:
    """A script that knows the name."""
    pdf, _ = redacted()
    pdf.Root.OpenAction = Dictionary(S=Name.JavaScript, JS=String(f'var witness = "{NAME}";'))
    return save(pdf)


def named_destination() -> bytes:
    """A place of the document that is called by the name."""
    pdf, page = redacted()
    there = Array([page.obj, Name.Fit])
    pdf.Root.Names = Dictionary(Dests=Dictionary(Names=Array([String(NAME), there])))
    return save(pdf)


def page_label() -> bytes:
    """A page that is called by the name."""
    pdf, _ = redacted()
    pdf.Root.PageLabels = Dictionary(Nums=Array([0, Dictionary(P=String(f"{UYGHUR} "), S=Name.D)]))
    return save(pdf)


def link() -> bytes:
    """A link to a page about the person."""
    pdf, page = redacted()
    action = Dictionary(S=Name.URI, URI=String("https://example.org/people/zorvan-quellmar"))
    note = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=rect_of(), Border=Array([0, 0, 0]), A=action)
    page.Annots = Array([pdf.make_indirect(note)])
    return save(pdf)


def note() -> bytes:
    """A comment of somebody who worked on the file."""
    pdf, page = redacted()
    entry = Dictionary(
        Type=Name.Annot, Subtype=Name.Text, Rect=rect_of((380, 260, 18, 18)), Contents=String(f"ask {NAME}"), F=2
    )
    page.Annots = Array([pdf.make_indirect(entry)])
    return save(pdf)


def behind_the_end() -> bytes:
    """Bytes behind the end of the file."""
    pdf, _ = redacted()
    return save(pdf) + f"\nfrom the desk of {NAME}\n".encode()


def comment_in_content() -> bytes:
    """A comment between the commands that draw the page."""
    pdf, _ = redacted(f"% name of witness: {NAME}\n".encode())
    return save(pdf)


def hidden_template() -> bytes:
    """A page that is kept as a template and shown to nobody."""
    pdf = new_pdf()
    add_page(pdf, lines() + black_box())
    other = new_pdf()
    add_page(other, lines() + NAME_TEXT)
    copy = pdf.copy_foreign(other.pages[0].obj)
    copy.Type = Name.Template
    pdf.Root.Names = Dictionary(Templates=Dictionary(Names=Array([String("first"), copy])))
    return save(pdf)


def odd_key() -> bytes:
    """An entry of a dictionary that no standard knows."""
    pdf, page = redacted()
    page.obj.SourceNote = String(CYRILLIC)
    return save(pdf)


def zipped_twice() -> bytes:
    """A stream that no page uses, compressed twice over."""
    pdf, _ = redacted()
    data = save(pdf)
    inner = zlib.compress(NAME_TEXT)
    packed = zlib.compress(inner)
    body = b"<< /Length %d /Filter [ /FlateDecode /FlateDecode ] >>\nstream\n" % len(packed)
    return update(data, {free_number(data): body + packed + b"\nendstream"})


MAKERS: tuple[Callable[[], bytes], ...] = (
    actual_text,
    structure_text,
    earlier_revision,
    orphan_object,
    forgotten_bytes,
    deleted_object_stream,
    attachment,
    xmp,
    info,
    outline,
    piece_info,
    form_value,
    signature_field,
    xfa,
    javascript,
    named_destination,
    page_label,
    link,
    note,
    behind_the_end,
    comment_in_content,
    hidden_template,
    odd_key,
    zipped_twice,
)
