"""Images that cannot be read: in class folders, idx and CIFAR files."""

import gzip
import os

from tests.cli.bad_making import Bad, all_of, folders, holds, idx, nothing, png, rows


def _cut(content):
    return content[: len(content) * 6 // 10]


_GOOD_PNG, _SMALL = png(8, 8), b"P5 4 4 255\n" + bytes(range(16))
_JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0\xff\xdb\0C\0"
_MNIST = "train-images-idx3-ubyte"
_LABELS = "train-labels-idx1-ubyte"
_LISTED = all_of(holds("1.png", _GOOD_PNG), holds("t.csv", rows("photo,y", "1.png,u", "1.png,v")))
_META = holds("c/batches.meta.txt", "cat\ndog\n")
_RECORD = bytes([1]) + bytes(3072)

IMAGES = [
    Bad(
        "one class of images",
        "fit pets",
        "pets should hold a folder of images for each of ... class's images into a folder of its name",
        all_of(*(holds(f"pets/cat/{k}.png", _GOOD_PNG) for k in range(4))),
    ),
    Bad(
        "one class and an empty one",
        "fit pets",
        "pets should hold a folder of images for each of ... class's images into a folder of its name",
        all_of(folders("pets/dog"), *(holds(f"pets/cat/{k}.png", _GOOD_PNG) for k in range(4))),
    ),
    Bad(
        "stray files alone",
        "fit pets",
        "pets is a folder, and not one of images in ... a table is one file, such as pets/table.csv",
        all_of(holds("pets/cat/notes.txt", "x"), holds("pets/dog/a.doc", "x")),
    ),
    Bad(
        "images without class folders",
        "fit pets",
        "pets is a folder, and not one of images in ... a table is one file, such as pets/table.csv",
        all_of(holds("pets/1.png", _GOOD_PNG), holds("pets/2.png", _GOOD_PNG)),
    ),
    Bad(
        "JPEGs cut short alone",
        "fit pets",
        "pets holds no usable image (.jpg, .jpeg, .png, ... Put some there",
        all_of(holds("pets/cat/1.jpg", _JPEG), holds("pets/dog/1.jpg", _JPEG)),
    ),
    Bad(
        "PNGs cut short alone",
        "fit pets",
        "pets has too few rows to divide: the validation ... files with --validation-data, --test-data",
        all_of(holds("pets/cat/1.png", _GOOD_PNG[:60]), holds("pets/dog/1.png", _GOOD_PNG[:60])),
    ),
    Bad(
        "empty images alone",
        "fit pets",
        "pets holds no usable image (.jpg, .jpeg, .png, ... Put some there",
        all_of(holds("pets/cat/1.png", b""), holds("pets/dog/1.png", b"")),
    ),
    Bad(
        "texts called images alone",
        "fit pets",
        "pets holds no usable image (.jpg, .jpeg, .png, ... Put some there",
        all_of(holds("pets/cat/1.png", "hello"), holds("pets/dog/1.jpg", "hello")),
    ),
    Bad(
        "decompression bombs",
        "fit pets",
        "pets holds no usable image (.jpg, .jpeg, .png, ... Put some there",
        all_of(holds("pets/cat/1.png", png(60_000, 60_000, b"")), holds("pets/dog/1.png", png(60_000, 60_000, b""))),
    ),
    Bad(
        "parts instead of classes",
        "fit pets",
        "pets holds parts (test, train), not classes. ... with --test-data and --validation-data",
        all_of(holds("pets/train/1.png", _GOOD_PNG), holds("pets/test/1.png", _GOOD_PNG)),
    ),
    Bad(
        "too few images",
        "fit pets",
        "pets has too few rows to divide: the validation ... files with --validation-data, --test-data",
        all_of(holds("pets/cat/1.pgm", _SMALL), holds("pets/dog/1.png", _GOOD_PNG)),
    ),
    Bad(
        "one image",
        "fit a.png",
        "a.png is a PNG picture, not text; save the ... table as .csv (or name it .parquet, .npz)",
        holds("a.png", _GOOD_PNG),
    ),
    Bad(
        "images with a target",
        "fit pets --target y",
        "pets has a target of its own, 'class' ... leave out --target and --task",
        all_of(holds("pets/cat/1.png", _GOOD_PNG), holds("pets/dog/1.pgm", _SMALL)),
    ),
    Bad(
        "image table with a target",
        "fit t.csv --label-column y --target y",
        "--target and --label-column both say which ... --target for any other",
        _LISTED,
    ),
    Bad(
        "image table without such a label",
        "fit t.csv --label-column kind",
        "unknown column for --label-column 'kind'. There are: photo, y",
        _LISTED,
    ),
    Bad(
        "image table with an identifier",
        "fit t.csv --label-column y --id photo",
        "--id cannot go with --label-column: the images ... Choose one of them",
        _LISTED,
    ),
    Bad(
        "image table without paths",
        "fit t.csv --label-column photo",
        "t.csv has no column of image files, whose cells ... Write the name of each image file, its ending too, into",
        _LISTED,
    ),
    Bad(
        "image table with two columns of paths",
        "fit t.csv --label-column y",
        "t.csv has 2 columns of image files: 'a', 'b'. Leave one ... with --drop",
        holds("t.csv", rows("a,b,y", "1.png,2.png,u", "2.png,1.png,v")),
    ),
    Bad(
        "image table that leads out",
        "fit t.csv --label-column y",
        "t.csv, line 3, column 'photo': '../1.png' is no path below the table's folder ... or drop the row",
        all_of(holds("1.png", _GOOD_PNG), holds("t.csv", rows("photo,y", "1.png,u", "../1.png,v"))),
    ),
    Bad(
        "image table of files that are missing",
        "fit t.csv --label-column y",
        "t.csv names no usable image (.jpg, ... 3.png (cannot be unpacked (No such file or ... Correct the paths",
        holds("t.csv", rows("photo,y", "3.png,u", "4.png,v")),
    ),
    Bad(
        "image table that is no table",
        "fit 1.png --label-column y",
        "--label-column is for a file of image paths, ... got '1.png'. Give such a file, or leave out --label-column",
        holds("1.png", _GOOD_PNG),
    ),
    Bad(
        "built-in set with a label column",
        "fit digits --label-column y",
        "--label-column: only a table in a file or frame has ... the data are built-in",
        nothing,
    ),
    Bad(
        "built-in set with a size of images",
        "fit digits --image-size 64",
        "--image-size is for images in files: a folder ... the data are built-in. Leave it out",
        nothing,
    ),
    Bad(
        "a size of images of no pixels",
        "fit pets --image-size 0",
        "--image-size must be a whole number of pixels from 1 to 4,096; got 0",
        all_of(holds("pets/cat/1.png", _GOOD_PNG), holds("pets/dog/1.png", _GOOD_PNG)),
    ),
    Bad(
        "a size of images in parts of pixels",
        "fit pets --image-size 6.5",
        "--image-size wants a whole number; got '6.5'",
        all_of(holds("pets/cat/1.png", _GOOD_PNG), holds("pets/dog/1.png", _GOOD_PNG)),
    ),
    Bad(
        "idx of another kind",
        f"fit {_MNIST}",
        "train-images-idx3-ubyte is no idx file: it ... Use the files of MNIST as they are",
        all_of(holds(_MNIST, idx(4, 2, 2, zeros=7)), holds(_LABELS, idx(4))),
    ),
    Bad(
        "idx of an unknown type",
        f"fit {_MNIST}",
        "train-images-idx3-ubyte is no idx file: it ... Use the files of MNIST as they are",
        all_of(holds(_MNIST, idx(4, 2, 2, kind=77)), holds(_LABELS, idx(4))),
    ),
    Bad(
        "idx cut short",
        f"fit {_MNIST}",
        "train-images-idx3-ubyte should hold 16 bytes ... Use another copy of it",
        all_of(holds(_MNIST, idx(4, 2, 2, content=bytes(9))), holds(_LABELS, idx(4))),
    ),
    Bad(
        "idx too long",
        f"fit {_MNIST}",
        "train-images-idx3-ubyte should hold 16 bytes ... Use another copy of it",
        all_of(holds(_MNIST, idx(4, 2, 2, content=bytes(99))), holds(_LABELS, idx(4))),
    ),
    Bad(
        "idx cut in its header",
        f"fit {_MNIST}",
        "train-images-idx3-ubyte ends within its header: ... Use another copy of it",
        all_of(holds(_MNIST, idx(4, 2, 2)[:9]), holds(_LABELS, idx(4))),
    ),
    Bad(
        "idx of huge sizes",
        f"fit {_MNIST}",
        "train-images-idx3-ubyte tells of ... Use fewer examples",
        all_of(holds(_MNIST, idx(2**32 - 1, 2**32 - 1, 2**31, content=b"")), holds(_LABELS, idx(4))),
    ),
    Bad(
        "idx packed, claiming gigabytes",
        f"fit {_MNIST}.gz",
        "train-images-idx3-ubyte.gz should hold ... Use another copy of it",
        all_of(holds(_MNIST + ".gz", gzip.compress(idx(2**20, 32, 32, content=b"x"))), holds(_LABELS, idx(4))),
    ),
    Bad(
        "idx packed and cut short",
        f"fit {_MNIST}.gz",
        "cannot read train-images-idx3-ubyte.gz: ... Use another copy of it",
        all_of(
            holds(_MNIST + ".gz", _cut(gzip.compress(idx(4, 2, 2, content=os.urandom(16))))), holds(_LABELS, idx(4))
        ),
    ),
    Bad(
        "idx empty",
        f"fit {_MNIST}",
        "train-images-idx3-ubyte ends within its header: ... Use another copy of it",
        all_of(holds(_MNIST, b""), holds(_LABELS, idx(4))),
    ),
    Bad("idx without labels", f"fit {_MNIST}", "there are no labels for ... Put it there", holds(_MNIST, idx(4, 2, 2))),
    Bad(
        "idx with fewer labels",
        f"fit {_MNIST}",
        "train-images-idx3-ubyte: wanted one label an ... got 4 examples and 3 labels",
        all_of(holds(_MNIST, idx(4, 2, 2)), holds(_LABELS, idx(3))),
    ),
    Bad(
        "idx of one class",
        f"fit {_MNIST}",
        "every label in 'label' is '0'; at least two ... Choose another target",
        all_of(holds(_MNIST, idx(4, 2, 2)), holds(_LABELS, idx(4))),
    ),
    Bad(
        "idx folder with a test part alone",
        "fit m",
        "m holds no train-images-idx3-ubyte file (or .gz ... Name the file of images itself",
        holds("m/t10k-images-idx3-ubyte", idx(4, 2, 2)),
    ),
    Bad(
        "cifar of a wrong size",
        "fit c",
        "c/data_batch_1.bin should hold whole records of ... Use another copy of it",
        all_of(_META, holds("c/data_batch_1.bin", _RECORD[:-5])),
    ),
    Bad(
        "cifar empty",
        "fit c",
        "c/data_batch_1.bin should hold whole records of ... Use another copy of it",
        all_of(_META, holds("c/data_batch_1.bin", b"")),
    ),
    Bad(
        "cifar with a label beyond the names",
        "fit c",
        "c/data_batch_1.bin: the label of record 0 ... Use another copy of it",
        all_of(_META, holds("c/data_batch_1.bin", bytes([9]) + bytes(3072))),
    ),
    Bad("cifar without images", "fit c", "c holds no data_batch_*.bin, CIFAR's training images; put them there", _META),
    Bad(
        "cifar with one name",
        "fit c",
        "c/batches.meta.txt should name 2 to 256 ... different classes, one a line; got 1 names",
        all_of(holds("c/batches.meta.txt", "cat\n"), holds("c/data_batch_1.bin", _RECORD)),
    ),
    Bad(
        "cifar of one class",
        "fit c",
        "c has too few rows to divide: the validation ... files with --validation-data, --test-data",
        all_of(_META, holds("c/data_batch_1.bin", _RECORD * 5)),
    ),
    Bad(
        "cifar file without names",
        "fit c/x.bin --target 0",
        "c/x.bin is not text: it holds a zero byte. ... is a .csv, .tsv, .parquet or .npz file",
        holds("c/x.bin", _RECORD),
    ),
]
