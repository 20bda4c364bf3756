"""Pictures of digits as people take them, made of MNIST's test digits on made paper: kinds, each with its seed.

They are no photographs of telephones: pens, lines, light and paper are computed here, and the digits are MNIST's.
"""

import io
from dataclasses import dataclass, field

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from strokes import strokes

UPSIDE = {3: 180, 6: 90, 8: 270}  # EXIF's orientation, and how far counterclockwise the pixels then lie


@dataclass
class Made:
    """A picture, what is written on it, where (left, top, width, height), and how it is saved."""

    picture: Image.Image
    labels: list[int]
    boxes: list[tuple[int, int, int, int]] = field(default_factory=list)
    suffix: str = ".png"
    options: dict = field(default_factory=dict)

    def content(self):
        """The bytes of its file."""
        file = io.BytesIO()
        quickly = {"compress_level": 1} if self.suffix == ".png" else {}  # the same pixels, in half the time
        names = {".jpg": "JPEG", ".jfif": "JPEG", ".webp": "WEBP", ".tiff": "TIFF", ".bmp": "BMP", ".gif": "GIF"}
        self.picture.save(file, names.get(self.suffix, "PNG"), **quickly, **self.options)
        return file.getvalue()


KINDS = {}


def kind(name):
    """Register how a kind is made: of a few images and their labels, and a generator."""

    def registered(make):
        KINDS[name] = make
        return make

    return registered


def pictures(name, count, seed, test):
    """Make so many pictures of a kind from test digits, always the same for a seed."""
    rng = np.random.default_rng([seed, list(KINDS).index(name)])
    for _ in range(count):
        chosen = rng.integers(0, len(test.inputs), 12)
        yield KINDS[name]([test.inputs[k] for k in chosen], [int(test.targets[k]) for k in chosen], rng)


# Ink: how much of it each pixel has, 0..1.


def enlarged(image, size):
    return np.asarray(Image.fromarray(image).resize((size, size), Image.Resampling.BICUBIC), np.float32) / 255


def drawn_again(image, size, width):
    """The digit's lines, smoothed, by a pen of so many pixels."""
    large = Image.new("L", (2 * size, 2 * size))
    draw = ImageDraw.Draw(large)
    for path in strokes(image):
        points = np.array(path, float)
        for _ in range(3):
            if len(points) > 2:
                points[1:-1] = (points[:-2] + 2 * points[1:-1] + points[2:]) / 4
        points = [tuple(point) for point in ((points + 0.5) / 28 * 2 * size).tolist()]
        if len(points) > 1:
            draw.line(points, 255, round(2 * width), joint="curve")
        for x, y in points:
            draw.ellipse([x - width, y - width, x + width, y + width], fill=255)
    return np.asarray(large.resize((size, size), Image.Resampling.BOX), np.float32) / 255


def thickened(ink, amount):
    """The digit by a broader pen: so many pixels more on every side."""
    grown = Image.fromarray(np.rint(ink * 255).astype(np.uint8)).filter(ImageFilter.MaxFilter(2 * amount + 1))
    return np.asarray(grown.filter(ImageFilter.GaussianBlur(amount / 3)), np.float32) / 255


def placed(ink, height, width, top, left):
    page = np.zeros((height, width), np.float32)
    page[top : top + ink.shape[0], left : left + ink.shape[1]] = ink
    return page


def box_of(ink):
    rows, columns = (np.flatnonzero((ink > 0.3).any(axis=axis)) for axis in (1, 0))
    return int(columns[0]), int(rows[0]), int(columns[-1] - columns[0] + 1), int(rows[-1] - rows[0] + 1)


def somewhere(image, rng, smallest=0.3, largest=0.75, side=None, pen=enlarged):
    """A page of its own size with the digit somewhere on it."""
    height, width = (int(side or rng.integers(180, 420)) for _ in "hw")
    size = int(rng.uniform(smallest, largest) * min(height, width) * 28 / 20)
    size = min(size, min(height, width) - 4)
    return placed(pen(image, size), height, width, *(int(rng.integers(2, room - size - 1)) for room in (height, width)))


# Paper, lines and light: brightness, 0..1.


def blended(paper, ink, color):
    """Ink of a color on paper, (height, width, 3)."""
    paper = paper if paper.ndim == 3 else np.repeat(paper[..., None], 3, axis=2)
    return paper * (1 - ink[..., None]) + np.asarray(color, np.float32) * ink[..., None]


def shown(page, rng, noise=0.01):
    page = page + rng.normal(0, noise, page.shape)
    return Image.fromarray(np.rint(np.clip(page, 0, 1) * 255).astype(np.uint8))


def even(shape, rng, darkest=0.8):
    return np.full(shape, rng.uniform(darkest, 1.0), np.float32)


def dark(rng):
    return [rng.uniform(0.0, 0.3)] * 3


def lines(shape, rng, both=False):
    """Ink of ruled or squared paper, over the whole page."""
    page = np.zeros(shape, np.float32)
    distance = rng.uniform(0.07, 0.2) * min(shape) if both else rng.uniform(0.12, 0.35) * min(shape)
    width = rng.uniform(1, 2.6)
    slope = rng.uniform(-0.02, 0.02)
    for axis in range(1 + both):
        across, along = np.indices(shape)[[axis, 1 - axis]]
        place = across + (slope if axis == 0 else -slope) * along + rng.uniform(0, distance)
        off = np.abs((place + distance / 2) % distance - distance / 2)
        page = np.maximum(page, np.clip(width / 2 + 0.5 - off, 0, 1))
    return page


def shade(shape, rng, hard=False):
    """Light of 0.45..1: a gradient with a dim lamp, or a shadow's edge, sharp or soft."""
    row, column = (part / max(shape) for part in np.indices(shape))
    angle = rng.uniform(0, 2 * np.pi)
    along = (row - shape[0] / max(shape) / 2) * np.sin(angle) + (column - shape[1] / max(shape) / 2) * np.cos(angle)
    if hard:
        softness = rng.uniform(0.005, 0.08)
        bend = 0.1 * np.sin(rng.uniform(2, 6) * (row - column) + rng.uniform(0, 6))
        return 1 - rng.uniform(0.25, 0.5) / (1 + np.exp(-(along + bend + rng.uniform(-0.2, 0.2)) / softness))
    away = (row - rng.uniform(0, 1)) ** 2 + (column - rng.uniform(0, 1)) ** 2
    return np.clip(0.8 + rng.uniform(-0.6, 0.6) * along - rng.uniform(0, 0.4) * away, 0.3, 1)


def warped(picture, rng, ground, most=0.08):
    """Seen from aside: each corner of the picture moved inward."""
    width, height = picture.size
    corners = np.array([[0, 0], [0, height], [width, height], [width, 0]], float)
    inward = rng.uniform(0, most, (4, 2)) * [width, height] * np.where(corners > 0, -1, 1)
    # Pillow asks where each pixel comes from.
    rows = []
    for (x, y), (u, v) in zip(corners + inward, corners, strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y, u], [0, 0, 0, x, y, 1, -v * x, -v * y, v]]
    rows = np.array(rows)
    data = np.linalg.solve(rows[:, :8], rows[:, 8])
    return picture.transform(
        picture.size, Image.Transform.PERSPECTIVE, data.tolist(), Image.Resampling.BICUBIC, fillcolor=ground
    )


def made(page, labels, rng, ink=None, noise=0.01, **how):
    return Made(shown(page, rng, noise), labels[:1], [] if ink is None else [box_of(ink)], **how)


@kind("plain")
def plain(images, labels, rng):
    ink = somewhere(images[0], rng)
    return made(blended(even(ink.shape, rng), ink, dark(rng)), labels, rng, ink)


@kind("light on dark")
def light_on_dark(images, labels, rng):
    ink = somewhere(images[0], rng)
    paper = np.full(ink.shape, rng.uniform(0, 0.3), np.float32)
    return made(blended(paper, ink, [rng.uniform(0.7, 1)] * 3), labels, rng, ink)


@kind("frame")
def frame(images, labels, rng):
    ink = somewhere(images[0], rng, 0.3, 0.6)
    page = blended(even(ink.shape, rng), ink, dark(rng))
    width, inset = int(rng.integers(1, 9)), int(rng.integers(0, 3)) * int(rng.integers(0, 5))
    tone = rng.uniform(0, 0.5)
    height, across = ink.shape
    border = np.ones(ink.shape, bool)
    border[inset + width : height - inset - width, inset + width : across - inset - width] = False
    border[:inset], border[height - inset :], border[:, :inset], border[:, across - inset :] = (False,) * 4
    page[border] = tone
    if rng.random() < 0.25:
        page = 1 - page
    return made(page, labels, rng, ink, noise=rng.choice([0, 0.01]))


@kind("box of a form")
def box(images, labels, rng):
    """A box around the digit, sometimes with others beside it; the pen may touch it."""
    ink = somewhere(images[0], rng, 0.3, 0.5, side=int(rng.integers(200, 400)))
    left, top, width, height = box_of(ink)
    aside = [int(rng.uniform(-0.02, 0.3) * max(width, height)) + 2 for _ in range(4)]
    if rng.random() < 0.3 and width > 0.4 * height:
        aside = [int(rng.uniform(0.12, 0.3) * max(width, height)) + 2 for _ in range(4)]
    x0, y0, x1, y1 = left - aside[0], top - aside[1], left + width + aside[2], top + height + aside[3]
    form = Image.new("L", ink.shape[::-1])
    draw, line = ImageDraw.Draw(form), int(rng.integers(1, 5))
    for shift in (0, *([x1 - x0, x0 - x1] if rng.random() < 0.4 else [])):
        draw.rectangle([x0 + shift, y0, x1 + shift, y1], outline=255, width=line)
    page = blended(even(ink.shape, rng), np.asarray(form, np.float32) / 255, [rng.uniform(0, 0.5)] * 3)
    return made(blended(page, ink, dark(rng)), labels, rng, ink)


@kind("ruled paper")
def ruled(images, labels, rng, both=False):
    ink = somewhere(images[0], rng)
    color = rng.uniform(0.3, 0.8, 3)
    page = blended(even(ink.shape, rng, 0.9), lines(ink.shape, rng, both), color)
    return made(blended(page, ink, dark(rng)), labels, rng, ink)


@kind("squared paper")
def squared(images, labels, rng):
    return ruled(images, labels, rng, both=True)


@kind("shadow")
def shadow(images, labels, rng, hard=True):
    ink = somewhere(images[0], rng)
    page = blended(even(ink.shape, rng), ink, dark(rng)) * shade(ink.shape, rng, hard)[..., None]
    return made(page, labels, rng, ink)


@kind("uneven light")
def uneven(images, labels, rng):
    return shadow(images, labels, rng, hard=False)


@kind("low contrast")
def low_contrast(images, labels, rng):
    ink = somewhere(images[0], rng)
    paper = rng.uniform(0.4, 0.9)
    pen = paper - rng.uniform(0.13, 0.3) * rng.choice([-1, 1] if paper < 0.7 else [1])
    return made(blended(np.full(ink.shape, paper, np.float32), ink, [pen] * 3), labels, rng, ink, noise=0.008)


@kind("blue pen on yellowish paper")
def blue_on_yellow(images, labels, rng):
    ink = somewhere(images[0], rng)
    fibers = np.asarray(
        Image.fromarray((rng.random(ink.shape) * 255).astype(np.uint8)).filter(ImageFilter.GaussianBlur(2)), np.float32
    )
    paper = np.array([0.96, 0.9, 0.68]) * (1 + 0.25 * (fibers / 255 - 0.5))[..., None]
    blue = [rng.uniform(0.1, 0.3), rng.uniform(0.15, 0.4), rng.uniform(0.5, 0.85)]
    return made(blended(paper.astype(np.float32), ink, blue), labels, rng, ink, suffix=".jpg", options={"quality": 85})


@kind("turned by EXIF")
def exif(images, labels, rng):
    ink = somewhere(images[0], rng)
    orientation = int(rng.choice(list(UPSIDE)))
    tag = Image.Exif()
    tag[0x0112] = orientation
    picture = shown(blended(even(ink.shape, rng), ink, dark(rng)), rng)
    turned = picture.rotate(UPSIDE[orientation], expand=True)
    return Made(turned, labels[:1], [box_of(ink)], ".jpg", {"exif": tag, "quality": 90})


@kind("tight crop")
def tight(images, labels, rng):
    inside = images[0] > 40
    rows, columns = (np.flatnonzero(inside.any(axis=axis)) for axis in (1, 0))
    digit = Image.fromarray(images[0][rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1])
    scale = rng.uniform(1.5, 14)
    size = (max(2, round(digit.width * scale)), max(2, round(digit.height * scale)))
    ink = np.asarray(digit.resize(size, Image.Resampling.BICUBIC), np.float32) / 255
    tones = rng.uniform(0.75, 1), rng.uniform(0, 0.3)
    paper, pen = tones if rng.random() < 0.6 else tones[::-1]
    page = blended(np.full(ink.shape, paper, np.float32), ink, [pen] * 3)
    return made(page, labels, rng, noise=rng.choice([0, 0.01]))


@kind("thin pen")
def thin(images, labels, rng):
    ink = somewhere(images[0], rng, pen=lambda image, size: drawn_again(image, size, rng.uniform(0.007, 0.03) * size))
    return made(blended(even(ink.shape, rng), ink, dark(rng)), labels, rng, ink)


@kind("thick pen")
def thick(images, labels, rng):
    def pen(image, size):
        return drawn_again(image, size, rng.uniform(0.11, 0.19) * size)

    ink = somewhere(images[0], rng, pen=pen)
    return made(blended(even(ink.shape, rng), ink, dark(rng)), labels, rng, ink)


@kind("several on a sheet")
def several(images, labels, rng):
    """Two to twelve digits in rows; small steps up and down, and different sizes."""
    across, down = int(rng.integers(2, 5)), int(rng.integers(1, 4))
    cell = int(rng.integers(70, 130))
    page = np.zeros((down * cell + 40, across * cell + 40), np.float32)
    boxes = []
    for k in range(across * down):
        size = int(rng.uniform(0.8, 1.1) * cell)
        row, column = divmod(k, across)
        shift = rng.integers(-4, 5, 2) + (cell - size) // 2 + 20
        ink = placed(enlarged(images[k], size), *page.shape, row * cell + int(shift[0]), column * cell + int(shift[1]))
        boxes.append(box_of(ink))
        page = np.maximum(page, ink)
    picture = shown(blended(even(page.shape, rng), page, dark(rng)), rng)
    return Made(picture, labels[: across * down], boxes)


def on_paper(images, rng):
    """A plain picture, 8 bits of gray, for the formats."""
    ink = somewhere(images[0], rng)
    return shown(blended(even(ink.shape, rng), ink, dark(rng)), rng), box_of(ink)


@kind("other formats")
def formats(images, labels, rng):
    suffix = str(rng.choice([".webp", ".jfif", ".bmp", ".tiff", ".gif"]))
    picture, place = on_paper(images, rng)
    return Made(picture.convert("RGB" if suffix != ".gif" else "P"), labels[:1], [place], suffix)


@kind("16 bits")
def deep(images, labels, rng):
    picture, place = on_paper(images, rng)
    values = np.asarray(picture.convert("L")).astype(np.uint16)
    top = int(rng.choice([4_095, 65_535]))
    return Made(
        Image.fromarray((values.astype(np.uint32) * top // 255).astype(np.uint16)),
        labels[:1],
        [place],
        str(rng.choice([".png", ".tiff"])),
    )


@kind("CMYK")
def cmyk(images, labels, rng):
    picture, place = on_paper(images, rng)
    return Made(picture.convert("CMYK"), labels[:1], [place], str(rng.choice([".jpg", ".tiff"])))


@kind("see-through")
def alpha(images, labels, rng):
    ink = somewhere(images[0], rng)
    color = [int(rng.choice([rng.integers(0, 60), rng.integers(200, 256)]))] * 3
    layers = np.dstack([np.full((*ink.shape, 3), color, np.uint8), np.rint(ink.clip(0, 1) * 255).astype(np.uint8)])
    return Made(Image.fromarray(layers), labels[:1], [box_of(ink)], str(rng.choice([".png", ".webp"])))


@kind("palette")
def palette(images, labels, rng):
    picture, place = on_paper(images, rng)
    return Made(picture.quantize(int(rng.integers(3, 17))), labels[:1], [place])


@kind("animated")
def animated(images, labels, rng):
    picture, place = on_paper(images, rng)
    others = [on_paper(images[k : k + 1], rng)[0].resize(picture.size) for k in (1, 2)]
    suffix = str(rng.choice([".gif", ".webp"]))
    return Made(picture, labels[:1], [place], suffix, {"save_all": True, "append_images": others, "duration": 99})


@kind("perspective")
def perspective(images, labels, rng):
    ink = somewhere(images[0], rng, 0.3, 0.6)
    page = even(ink.shape, rng, 0.9)
    if rng.random() < 0.6:
        page = blended(page, lines(ink.shape, rng, rng.random() < 0.5), rng.uniform(0.3, 0.8, 3))
    picture = shown(blended(page, ink, dark(rng)), rng)
    ground = tuple(int(value) for value in rng.integers(0, 90, 3)) if rng.random() < 0.5 else None
    if ground is None:  # the paper goes on
        ground = tuple(int(value) for value in np.median(np.asarray(picture).reshape(-1, 3), axis=0))
    return Made(warped(picture, rng, ground), labels[:1])


@kind("underlined")
def underlined(images, labels, rng):
    ink = somewhere(images[0], rng, 0.3, 0.55)
    left, top, width, height = box_of(ink)
    line = Image.new("L", ink.shape[::-1])
    y = min(top + height + rng.uniform(0.06, 0.2) * height, ink.shape[0] - 4)
    ends = [left - rng.uniform(-0.1, 0.4) * height, left + width + rng.uniform(-0.1, 0.4) * height]
    waves = np.cumsum(rng.normal(0, 0.35, 20))
    points = [(x, float(y + wave)) for x, wave in zip(np.linspace(*ends, 20), waves - waves.mean(), strict=True)]
    ImageDraw.Draw(line).line(points, 255, int(rng.uniform(0.02, 0.06) * height) + 1, joint="curve")
    page = np.maximum(ink, np.asarray(line, np.float32) / 255)
    return made(blended(even(ink.shape, rng), page, dark(rng)), labels, rng, ink)


@kind("thumb in the corner")
def thumb(images, labels, rng):
    ink = somewhere(images[0], rng, 0.3, 0.5)
    height, width = ink.shape
    left, top, across, down = box_of(ink)
    x, y = (0 if left + across / 2 > width / 2 else width), (0 if top + down / 2 > height / 2 else height)
    reach = [
        0.9 * min(gap, 0.35 * side)
        for gap, side in (
            (left if x == 0 else width - left - across, width),
            (top if y == 0 else height - top - down, height),
        )
    ]
    long, short = max(*reach, 12), max(min(*reach), 8)
    if reach[0] < reach[1]:
        long, short = short, long
    row, column = np.indices(ink.shape)
    inside = ((column - x) / long) ** 2 + ((row - y) / short) ** 2
    skin = np.clip((1 - inside) * 8, 0, 1).astype(np.float32)
    page = blended(even(ink.shape, rng), ink, dark(rng))
    tone = np.array([0.8, 0.55, 0.45]) * rng.uniform(0.5, 1)
    return made(blended(page, skin, tone), labels, rng, ink)


@kind("pale pencil")
def pencil(images, labels, rng):
    """Grainy gray strokes, 6 to 15 hundredths darker than the paper."""
    ink = somewhere(images[0], rng)
    grain = Image.fromarray((rng.random(ink.shape) * 255).astype(np.uint8)).filter(ImageFilter.GaussianBlur(0.8))
    ink = ink * np.clip(0.4 + 1.2 * np.asarray(grain, np.float32) / 255, 0, 1)
    paper = rng.uniform(0.8, 0.95)
    return made(
        blended(np.full(ink.shape, paper, np.float32), ink, [paper - rng.uniform(0.07, 0.16)] * 3),
        labels,
        rng,
        noise=0.008,
    )


@kind("sheet on a desk")
def on_a_desk(images, labels, rng):
    """The edges of the paper, and what is beyond them."""
    ink = somewhere(images[0], rng, 0.3, 0.55, side=int(rng.integers(220, 400)))
    picture = shown(blended(even(ink.shape, rng, 0.9), ink, dark(rng)), rng)
    desk = tuple(int(value) for value in np.array([120, 80, 50]) * rng.uniform(0.3, 1.2))
    margin = rng.integers(5, 40, 4).tolist()
    large = Image.new("RGB", (picture.width + margin[0] + margin[2], picture.height + margin[1] + margin[3]), desk)
    large.paste(picture, (margin[0], margin[1]))
    return Made(large.rotate(rng.uniform(-4, 4), Image.Resampling.BICUBIC, fillcolor=desk), labels[:1])


@kind("all at once")
def all_at_once(images, labels, rng):
    """Ruled or squared paper, seen from aside, in a shadow, with noise, as JPEG."""
    ink = somewhere(images[0], rng, 0.35, 0.6, side=int(rng.integers(300, 500)))
    page = blended(even(ink.shape, rng, 0.9), lines(ink.shape, rng, rng.random() < 0.5), rng.uniform(0.4, 0.8, 3))
    page = blended(page, ink, [0.1, 0.15, 0.4])
    picture = shown(page * shade(ink.shape, rng, rng.random() < 0.5)[..., None], rng)
    ground = tuple(int(value) for value in np.median(np.asarray(picture).reshape(-1, 3), axis=0))
    picture = warped(picture, rng, ground, 0.05)
    noisy = np.asarray(picture, np.float32) / 255
    return made(noisy, labels, rng, noise=0.02, suffix=".jpg", options={"quality": 75})
