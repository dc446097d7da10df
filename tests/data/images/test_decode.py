"""One image file: its size and kind, turning, covering, transparency, depth, and files that are none."""

import struct
import zlib

import numpy as np
import pytest
from PIL import Image, ImageOps

from thalweg.data.images.decode import Header, Refusal, decode, read_header

RED, BLUE = (255, 0, 0), (0, 0, 255)


def halves(width: int = 4, height: int = 2) -> Image.Image:
    """Return an image whose left half is red and whose right half is blue."""
    image = Image.new("RGB", (width, height), RED)
    image.paste(BLUE, (width // 2, 0, width, height))
    return image


@pytest.mark.parametrize("suffix", ["png", "bmp", "gif", "tiff", "webp", "ppm"])
def test_a_file_of_every_lossless_format_by_hand(tmp_path, suffix):
    file = tmp_path / f"a.{suffix}"
    halves().save(file, **({"lossless": True} if suffix == "webp" else {}))
    assert read_header(file) == Header(2, 4, grey=False)
    assert decode(file, 2, 4, grey=False).tolist() == [[[*RED], [*RED], [*BLUE], [*BLUE]]] * 2


def test_a_jpeg_is_nearly_itself(tmp_path):
    halves(64, 64).save(tmp_path / "a.jpg", quality=95)
    got = decode(tmp_path / "a.jpg", 16, 16, grey=False)
    assert np.abs(got[:, :6].astype(int) - RED).max() < 12
    assert np.abs(got[:, 10:].astype(int) - BLUE).max() < 12


def test_what_stands_over_is_cut_off_evenly(tmp_path):
    # Six wide and two high onto two by two: the middle third stays, one column of each colour.
    halves(6, 2).save(tmp_path / "a.png")
    assert decode(tmp_path / "a.png", 2, 2, grey=False).tolist() == [[[*RED], [*BLUE]]] * 2


def test_images_are_turned_as_their_tag_says(tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned a quarter clockwise: the left side comes to the top
    halves().save(tmp_path / "a.png", exif=exif)
    assert read_header(tmp_path / "a.png") == Header(4, 2, grey=False)
    assert decode(tmp_path / "a.png", 4, 2, grey=False)[:, 0].tolist() == [[*RED], [*RED], [*BLUE], [*BLUE]]


def test_transparent_pixels_lie_on_white(tmp_path):
    Image.new("RGBA", (2, 2), (0, 0, 0, 0)).save(tmp_path / "a.png")
    assert (decode(tmp_path / "a.png", 2, 2, grey=False) == 255).all()
    indexed = Image.new("P", (2, 2), 0)
    indexed.putpalette([0, 0, 0, 9, 9, 9])
    indexed.save(tmp_path / "b.png", transparency=0)
    assert (decode(tmp_path / "b.png", 2, 2, grey=False) == 255).all()


def test_grey_images_have_one_channel(tmp_path):
    Image.new("L", (3, 2), 77).save(tmp_path / "a.png")
    assert read_header(tmp_path / "a.png") == Header(2, 3, grey=True)
    assert decode(tmp_path / "a.png", 2, 3, grey=True).tolist() == [[[77]] * 3] * 2
    assert decode(tmp_path / "a.png", 2, 3, grey=False).tolist() == [[[77] * 3] * 3] * 2
    halves().save(tmp_path / "b.png")
    assert decode(tmp_path / "b.png", 2, 4, grey=True).shape == (2, 4, 1)


def test_sixteen_bits_become_eight(tmp_path):
    Image.fromarray(np.array([[0, 257, 65535]], np.uint16)).save(tmp_path / "a.png")
    header = read_header(tmp_path / "a.png")
    assert isinstance(header, Header)
    assert header.grey
    assert decode(tmp_path / "a.png", 1, 3, grey=True).ravel().tolist() == [0, 1, 255]


def test_of_several_frames_the_first_is_taken(tmp_path):
    frames = [Image.new("RGB", (2, 2), colour) for colour in (RED, BLUE)]
    for suffix, options in {"gif": {}, "webp": {"lossless": True}, "png": {}, "tiff": {}}.items():
        file = tmp_path / f"a.{suffix}"
        frames[0].save(file, save_all=True, append_images=frames[1:], **options)
        assert decode(file, 2, 2, grey=False).tolist() == [[[*RED]] * 2] * 2, suffix


def test_printers_colours_become_red_green_and_blue(tmp_path):
    # No ink is white; all of cyan takes red away; half of black halves what is left.
    inks = {(0, 0, 0, 0): (255, 255, 255), (255, 0, 0, 0): (0, 255, 255), (0, 0, 0, 128): (127, 127, 127)}
    for ink, colour in inks.items():
        Image.new("CMYK", (8, 8), ink).save(tmp_path / "a.jpg", quality=100)
        assert read_header(tmp_path / "a.jpg") == Header(8, 8, grey=False)
        got = decode(tmp_path / "a.jpg", 8, 8, grey=False)
        assert np.abs(got.astype(int) - colour).max() <= 2, ink


def test_grey_with_transparency_is_grey_on_white(tmp_path):
    # Half of black on white: 255 (1 - 128 / 255) = 127.
    Image.new("LA", (2, 2), (0, 128)).save(tmp_path / "a.png")
    assert read_header(tmp_path / "a.png") == Header(2, 2, grey=True)
    assert decode(tmp_path / "a.png", 2, 2, grey=True).tolist() == [[[127]] * 2] * 2


def test_a_jpeg_is_unpacked_smaller_only_where_it_stays_twice_what_is_wanted(tmp_path, monkeypatch):
    seen = []

    def fit(image, *rest, real=ImageOps.fit):
        seen.append(image.size)
        return real(image, *rest)

    monkeypatch.setattr(ImageOps, "fit", fit)
    for width, height in ((256, 128), (128, 128), (127, 256), (16, 16), (1024, 1024)):
        halves(width, height).save(tmp_path / "a.jpg")
        assert decode(tmp_path / "a.jpg", 32, 32, grey=False).shape == (32, 32, 3)
    assert seen == [(128, 64), (64, 64), (127, 256), (16, 16), (128, 128)]


def test_a_turned_jpeg_that_is_unpacked_smaller_is_turned(tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 6
    halves(400, 200).save(tmp_path / "a.jpg", exif=exif, quality=95)
    assert read_header(tmp_path / "a.jpg") == Header(400, 200, grey=False)
    got = decode(tmp_path / "a.jpg", 20, 10, grey=False).astype(int)
    assert np.abs(got[:9] - RED).max() < 12
    assert np.abs(got[11:] - BLUE).max() < 12


@pytest.mark.parametrize(
    ("pixels", "reason"),
    [
        (np.array([[0.0, 0.5, 1.0]], np.float32), "its pixels are fractions; save it with 8 or 16 bits a channel"),
        (np.array([[0, 65536]], np.int32), "its pixels have more than 16 bits; save it with 8 or 16 bits a channel"),
        (np.array([[-1, 5]], np.int32), "its pixels have more than 16 bits; save it with 8 or 16 bits a channel"),
    ],
)
def test_numbers_of_no_known_range_are_refused_instead_of_turned_black(tmp_path, pixels, reason):
    Image.fromarray(pixels).save(tmp_path / "a.tiff")
    assert decode(tmp_path / "a.tiff", 1, 3, grey=True) == Refusal(f"cannot be unpacked ({reason})")
    Image.fromarray(np.array([[0, 257, 65535]], np.int32)).save(tmp_path / "b.tiff")
    assert decode(tmp_path / "b.tiff", 1, 3, grey=True).ravel().tolist() == [0, 1, 255]


def png_claiming(width: int, height: int) -> bytes:
    """Return a tiny PNG that says it is huge."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(99))) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty file"),
        (b"hello", "not an image of a known format"),
        (png_claiming(8193, 8192), "8,193 x 8,192 pixels, too large to unpack"),
        (png_claiming(20000, 20000), "too large to unpack"),
        (png_claiming(60000, 60000), "too large to unpack"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "not an image of a known format"),
    ],
    ids=["empty", "text", "large", "bomb", "huge", "postscript"],
)
def test_says_why_a_file_cannot_be_used(tmp_path, content, reason):
    (tmp_path / "a.png").write_bytes(content)
    found = read_header(tmp_path / "a.png")
    assert isinstance(found, Refusal)
    assert found.lasting
    assert reason in found.why


def test_says_why_a_missing_file_or_a_folder_cannot_be_used(tmp_path):
    missing = Refusal("cannot be unpacked (No such file or directory)", lasting=False)
    assert read_header(tmp_path / "none.png") == missing
    (tmp_path / "a.png").mkdir()
    assert read_header(tmp_path / "a.png") == Refusal("cannot be unpacked (Is a directory)", lasting=False)


@pytest.mark.parametrize("suffix", ["jpg", "png"])
def test_a_file_cut_short_is_found_when_it_is_unpacked(tmp_path, suffix):
    pixels = np.random.default_rng(0).integers(0, 256, (40, 40, 3), np.uint8)
    file = tmp_path / f"a.{suffix}"
    Image.fromarray(pixels).save(file)
    file.write_bytes(file.read_bytes()[:-800])
    assert isinstance(read_header(file), Header)
    found = decode(file, 8, 8, grey=False)
    assert isinstance(found, Refusal)
    assert found.lasting
