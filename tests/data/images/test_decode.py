import struct
import zlib

import numpy as np
import pytest
from PIL import Image, ImageOps

import glassnet
from glassnet.data.images.digits import read_digit
from glassnet.data.images.fitting import center_digit
from glassnet.errors import ImageFileError

UPSIDE_LEFT = 6  # the EXIF orientation of a phone held upright: turn the pixels clockwise to see them


@pytest.fixture(scope="session")
def model(mnist):
    """Trained well enough to read nearly every clean digit."""
    network = glassnet.Network([784, 64, 10], seed=0)
    schedule = glassnet.OneCycle()
    training = glassnet.Training(network, mnist, schedule=schedule, batch_size=64, epochs=2, seed=0)
    for _ in training:
        pass
    return training.model


def enlarged(digit, factor=4, method=Image.Resampling.BICUBIC):
    """A digit as a scan would have it: larger, with soft edges."""
    return Image.fromarray(digit).resize((28 * factor, 28 * factor), method)


def on_page(digit, rng, width=180, height=150):
    """An enlarged digit somewhere on a black page."""
    page = Image.new("L", (width, height))
    page.paste(digit, (int(rng.integers(width - digit.width)), int(rng.integers(height - digit.height))))
    return page


def strokes(page, color):
    """The ink alone, on a ground that shows nothing."""
    layers = Image.new("RGBA", page.size, (color,) * 3 + (0,))
    layers.putalpha(page)
    return layers


def save_plain(page, path):
    page.save(path, "PNG")


def save_dark_on_light(page, path):
    ImageOps.invert(page).save(path, "PNG")


def save_color(page, path):
    ImageOps.colorize(page, (250, 240, 200), (20, 20, 120)).save(path, "PNG")


def save_gray_on_gray(page, path):
    page.point(lambda value: 180 - value * 0.3).save(path, "PNG")


def save_jpeg(page, path):
    ImageOps.invert(page).save(path, "JPEG", quality=60)


def save_black_strokes(page, path):
    strokes(page, 0).save(path, "PNG")


def save_white_strokes(page, path):
    strokes(page, 255).save(path, "PNG")


def save_16_bits(page, path):
    Image.fromarray(np.asarray(page).astype(np.uint16) * 257).save(path, "PNG")


def save_palette(page, path):
    ImageOps.invert(page).convert("P").save(path, "PNG")


def save_transparent_palette(page, path):
    """Color 0 is see-through: only the ink is left."""
    page.convert("P").save(path, "PNG", transparency=0)


def save_one_bit(page, path):
    page.point(lambda value: 255 * (value > 127)).convert("1").save(path, "PNG")


def save_rotated(page, path):
    exif = Image.Exif()
    exif[0x0112] = UPSIDE_LEFT
    page.rotate(90, expand=True).save(path, "JPEG", exif=exif, quality=90)


FORMS = [value for name, value in list(globals().items()) if name.startswith("save_")]
NAMES = [form.__name__.removeprefix("save_") for form in FORMS]


@pytest.fixture
def pages(mnist):
    """The first forty test digits, each on its page, and what they were."""
    rng = np.random.default_rng(0)
    digits = mnist.test.select(slice(40))
    return [on_page(enlarged(digit), rng) for digit in digits.inputs], digits


@pytest.mark.parametrize("save", FORMS, ids=NAMES)
def test_a_model_reads_digits_in_every_form(tmp_path, model, pages, save):
    images = []
    for page in pages[0]:
        save(page, tmp_path / "digit")
        images.append(read_digit(tmp_path / "digit"))
    answers = model.predict(np.stack(images))
    assert (answers == pages[1].targets).mean() >= 0.95


@pytest.mark.parametrize("save", FORMS, ids=NAMES)
def test_every_form_gives_nearly_the_original(tmp_path, pages, save):
    differences = []
    for page, original in zip(pages[0][:20], pages[1].inputs, strict=False):
        save(page, tmp_path / "digit")
        image = read_digit(tmp_path / "digit")
        assert (image.shape, image.dtype) == ((28, 28), np.uint8)
        differences.append(np.abs(image.astype(float) - original).mean())
    # A digit differs from an empty field by about 33, and by about 20 from itself one pixel aside.
    assert np.median(differences) < 10


def test_an_exact_enlargement_on_a_page_comes_back_as_if_it_had_never_left(mnist):
    rng = np.random.default_rng(1)
    for original in mnist.test.inputs[:50]:
        page = on_page(enlarged(original, 3, Image.Resampling.NEAREST), rng)
        assert (center_digit(np.asarray(page) / 255) == center_digit(original / 255)).all()


def test_mnists_own_images_come_back_almost_unchanged(mnist):
    originals = mnist.test.inputs[:1000]
    images = np.stack([center_digit(image / 255) for image in originals])
    differences = np.abs(images.astype(float) - originals).mean(axis=(1, 2))
    # Only the faintest ink is lost. A center of mass between two pixels may fall to the other side.
    assert np.median(differences) < 0.5
    assert (differences < 1).mean() > 0.97


def test_ink_fits_the_box_and_its_center_of_mass_lies_in_the_middle(mnist):
    rng = np.random.default_rng(2)
    for original in mnist.test.inputs[:100]:
        height, width = rng.integers(10, 90, 2)
        ink = np.asarray(Image.fromarray(original).resize((int(width), int(height)))) / 255
        image = center_digit(ink).astype(float)
        assert image.max() == 255
        for profile in (image.sum(axis=0), image.sum(axis=1)):
            assert np.ptp(np.flatnonzero(profile)) < 20
            assert profile @ np.arange(28) / profile.sum() == pytest.approx(14, abs=0.55)


@pytest.mark.parametrize(("height", "width"), [(1, 300), (300, 1), (2, 2), (28, 28), (5, 1)])
def test_a_speck_on_a_page_of_any_shape_becomes_an_image(tmp_path, height, width):
    pixels = np.full((height, width), 255, np.uint8)
    pixels[height // 2, width // 2] = 0
    Image.fromarray(pixels).save(tmp_path / "speck", "PNG")
    image = read_digit(tmp_path / "speck")
    assert image.shape == (28, 28)
    assert image.max() == 255


@pytest.mark.parametrize("size", [(1, 1), (2000, 1), (1, 2000), (28, 28)])
@pytest.mark.parametrize("color", [0, 128, 255])
def test_a_blank_picture_is_refused(tmp_path, size, color):
    Image.new("L", size, color).save(tmp_path / "blank", "PNG")
    with pytest.raises(ImageFileError, match="the picture is blank"):
        read_digit(tmp_path / "blank")


def test_a_picture_without_any_ink_is_refused(tmp_path):
    Image.new("RGBA", (50, 50), (0, 0, 0, 0)).save(tmp_path / "blank", "PNG")
    with pytest.raises(ImageFileError, match="the picture is blank"):
        read_digit(tmp_path / "blank")


def damaged_note(page, path):
    """A photograph whose EXIF block ends in the middle."""
    exif = Image.Exif()
    exif[0x010E] = "a long description that is about to be cut" * 3
    page.save(path, "JPEG", exif=exif.tobytes()[:-40])


def test_a_damaged_note_about_the_camera_does_not_matter(tmp_path, pages):
    damaged_note(pages[0][0], tmp_path / "noted.jpg")
    assert read_digit(tmp_path / "noted.jpg").max() == 255


@pytest.mark.parametrize("content", [b"", b"seven\n" * 100, b"GIF89a" + bytes(50), b"%PDF-1.7\n"])
def test_a_file_that_only_claims_to_be_a_picture_is_refused(tmp_path, content):
    path = tmp_path / "seven.png"
    path.write_bytes(content)
    with pytest.raises(ImageFileError, match=r"not a picture.* expected PNG, JPEG, WebP"):
        read_digit(path)


@pytest.mark.parametrize("save", [save_plain, save_jpeg])
def test_a_picture_cut_short_is_refused(tmp_path, pages, save):
    path = tmp_path / "digit"
    save(pages[0][0], path)
    whole = path.read_bytes()
    for part in (8, 30, 60, 0.3, 0.6, 0.9):
        path.write_bytes(whole[: int(part if part > 1 else part * len(whole))])
        with pytest.raises(ImageFileError):
            read_digit(path)


def announce(width, height):
    """A PNG of a few bytes that announces more pixels than memory holds."""

    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    pixels = zlib.compress(bytes(1000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


# Above Pillow's limit, between its warning and its limit, and below both but above ours.
@pytest.mark.parametrize("size", [(60_000, 60_000), (10_000, 10_000), (8_000, 7_000), (2_000_000_000, 1)])
def test_a_decompression_bomb_is_refused_before_it_is_unpacked(tmp_path, size):
    (tmp_path / "bomb.png").write_bytes(announce(*size))
    with pytest.raises(ImageFileError, match=r"too large.* at most 20,000,000 pixels"):
        read_digit(tmp_path / "bomb.png")


def test_what_cannot_be_read_is_refused_with_its_name_and_reason(tmp_path):
    for path, reason in ((tmp_path / "missing.png", "No such file"), (tmp_path, "Is a directory")):
        with pytest.raises(ImageFileError, match=reason) as caught:
            read_digit(path)
        assert str(path) in str(caught.value)


def test_a_palette_that_is_missing_and_a_second_frame_that_is_cut_off_are_refused(tmp_path):
    def chunk(kind, content):
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    header = struct.pack(">IIBBBBB", 8, 8, 8, 3, 0, 0, 0)  # colors by their numbers, and no palette that has them
    chunks = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(72))) + chunk(b"IEND", b"")
    (tmp_path / "a.png").write_bytes(b"\x89PNG\r\n\x1a\n" + chunks)
    frames = [Image.fromarray(np.full((8, 8), gray, np.uint8)) for gray in (0, 200)]
    frames[0].save(tmp_path / "whole.gif", save_all=True, append_images=frames[1:])
    whole = (tmp_path / "whole.gif").read_bytes()
    (tmp_path / "a.gif").write_bytes(whole[: whole.index(b",", whole.index(b",") + 20) + 10])
    for name in ("a.png", "a.gif"):
        with pytest.raises(ImageFileError, match="cannot read the picture"):
            read_digit(tmp_path / name)
