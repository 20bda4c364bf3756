"""The catalogue of named data sets."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ..arrays import AnyArray, Bytes, Floats, Task
from .cache import compute_once, name_of_unpacked, read_unpacked, state_in_cache, state_of
from .downloads import Remote
from .images.warp import ROTATED_MNIST_VERSION, fixed_angles, rotate

MNIST_DIRECTORY = Path(__file__).parent / "mnist"
MNIST_SHA256 = {
    "train-images-idx3-ubyte": "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    "train-labels-idx1-ubyte": "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    "t10k-images-idx3-ubyte": "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    "t10k-labels-idx1-ubyte": "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
}
DIGITS = tuple("0123456789")
GARMENTS = (
    "T-shirt/top",
    "Trouser",
    "Pullover",
    "Dress",
    "Coat",
    "Sandal",
    "Shirt",
    "Sneaker",
    "Bag",
    "Ankle boot",
)
KANA = tuple("おきすつなはまやれを")
FILES = tuple(f"{stem}.gz" for stem in MNIST_SHA256)  # as the data sets that took MNIST's place call theirs too

# (training inputs, training targets, test inputs, test targets)
Arrays = tuple[AnyArray, AnyArray, AnyArray, AnyArray]


@dataclass(frozen=True)
class Entry:
    """One line of the catalogue."""

    name: str
    task: Task
    description: str
    licence: str
    load: Callable[[], Arrays]
    class_names: tuple[str, ...] = ()
    unit: str = ""
    remote: Remote | None = None
    computed: tuple[str, ...] = ()

    def verify(self) -> list[tuple[Path, str]]:
        """Compare the files that it consists of with their digests: each is right, damaged or absent."""
        if self.remote:
            directory, digests = self.remote.directory, self.remote.sha256
            return [(directory / name, state_of(directory / name, digest)) for name, digest in digests.items()]
        files = [(MNIST_DIRECTORY / f"{stem}.gz", digest) for stem, digest in MNIST_SHA256.items()]
        return [(path, state_of(path, digest, unpacked=True)) for path, digest in files]

    def verify_cache(self) -> list[tuple[Path, str]]:
        """Do the same with what was unpacked or computed from them, and is kept in the cache."""
        if self.remote:
            return [state_in_cache(name_of_unpacked(name, digest)) for name, digest in self.remote.sha256.items()]
        unpacked = [
            state_in_cache(name_of_unpacked(f"{stem}.gz", digest), digest) for stem, digest in MNIST_SHA256.items()
        ]
        return [*unpacked, *map(state_in_cache, self.computed)]


def _read_mnist(stem: str) -> Bytes:
    return read_unpacked(MNIST_DIRECTORY / f"{stem}.gz", MNIST_SHA256[stem])


def _load_mnist() -> Arrays:
    train_images, train_labels, test_images, test_labels = (_read_mnist(stem) for stem in MNIST_SHA256)
    return train_images, train_labels, test_images, test_labels


def _load_rotated_mnist() -> Arrays:
    """Turn every image by its angle, which belongs to the data set and not to a run."""
    train_images, train_angles = _rotated("train-images-idx3-ubyte", stream=0)
    test_images, test_angles = _rotated("t10k-images-idx3-ubyte", stream=1)
    return train_images, train_angles, test_images, test_angles


def _rotated(stem: str, stream: int) -> tuple[Bytes, Floats]:
    images = _read_mnist(stem)
    angles = fixed_angles(len(images), stream)
    return compute_once(_name_of_rotated(stem), lambda: rotate(images, angles)), angles


def _name_of_rotated(stem: str) -> str:
    return f"rotated-{ROTATED_MNIST_VERSION}-{stem}"


def from_the_web(
    name: str,
    description: str,
    licence: str,
    names: tuple[str, ...],
    mirrors: tuple[str, ...],
    digests: tuple[str, ...],
) -> Entry:
    """Make the entry of a data set of images and labels that is fetched when it is first used."""
    remote = Remote(name, mirrors, dict(zip(FILES, digests, strict=True)))

    def load() -> Arrays:
        train_images, train_labels, test_images, test_labels = remote.read()
        return train_images, train_labels, test_images, test_labels

    return Entry(name, "classification", description, licence, load, names, remote=remote)


CATALOGUE = {
    entry.name: entry
    for entry in (
        Entry(
            "mnist",
            "classification",
            "handwritten digits, 28x28: which digit is it?",
            "CC BY-SA 3.0",
            _load_mnist,
            class_names=DIGITS,
        ),
        Entry(
            "rotated-mnist",
            "regression",
            "the same digits turned by -45 to 45 degrees: by how much?",
            "CC BY-SA 3.0",
            _load_rotated_mnist,
            unit="degrees",
            computed=tuple(_name_of_rotated(stem) for stem in MNIST_SHA256 if "images" in stem),
        ),
        from_the_web(
            "original-mnist",
            "the files of mnist as they are kept on the web",
            "CC BY-SA 3.0",
            DIGITS,
            (
                "https://ossci-datasets.s3.amazonaws.com/mnist/",
                "https://storage.googleapis.com/cvdf-datasets/mnist/",
            ),
            (
                "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
                "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
                "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
                "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
            ),
        ),
        from_the_web(
            "fashion-mnist",
            "articles of clothing, 28x28, from Zalando: which kind is it?",
            "MIT",
            GARMENTS,
            (
                "https://github.com/zalandoresearch/fashion-mnist/raw/master/data/fashion/",
                "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
                "https://storage.googleapis.com/tensorflow/tf-keras-datasets/",
            ),
            (
                "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84",
                "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845",
                "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073",
                "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5",
            ),
        ),
        from_the_web(
            "kmnist",
            "cursive Japanese characters, 28x28: which one is it?",
            "CC BY-SA 4.0",
            KANA,
            ("https://codh.rois.ac.jp/kmnist/dataset/kmnist/", "http://codh.rois.ac.jp/kmnist/dataset/kmnist/"),
            (
                "51467d22d8cc72929e2a028a0428f2086b092bb31cfb79c69cc0a90ce135fde4",
                "e38f9ebcd0f3ebcdec7fc8eabdcdaef93bb0df8ea12bee65224341c8183d8e17",
                "edd7a857845ad6bb1d0ba43fe7e794d164fe2dce499a1694695a792adfac43c5",
                "20bb9a0ef54c7db3efc55a92eef5582c109615df22683c380526788f98e42a1c",
            ),
        ),
    )
}
