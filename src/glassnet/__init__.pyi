"""The public names, each with the module that it is defined in."""

from .data.dataset import Dataset as Dataset
from .data.dataset import Examples as Examples
from .data.images.augmentation import Augmentation as Augmentation
from .data.load import load_dataset as load_dataset
from .data.preprocessing.pixels import PixelScaling as PixelScaling
from .data.preprocessing.table import FeatureScaling as FeatureScaling
from .data.preprocessing.targets import TargetScale as TargetScale
from .data.preprocessing.targets import one_hot as one_hot
from .data.readers.idx import read_idx as read_idx
from .data.readers.idx import write_idx as write_idx
from .errors import DataError as DataError
from .errors import DivergenceError as DivergenceError
from .errors import FileError as FileError
from .errors import GlassnetError as GlassnetError
from .errors import ProcessError as ProcessError
from .errors import UsageError as UsageError
from .evaluation.evaluate import evaluate as evaluate
from .model.model import Model as Model
from .model.model import load_model as load_model
from .network.gradient_check import check_gradient as check_gradient
from .network.network import Network as Network
from .network.trace import Trace as Trace
from .optimizers.adam import Adam as Adam
from .optimizers.adam import AdamW as AdamW
from .optimizers.averaging import ExponentialAverage as ExponentialAverage
from .optimizers.averaging import TailAverage as TailAverage
from .optimizers.rmsprop import RMSprop as RMSprop
from .optimizers.schedules import Constant as Constant
from .optimizers.schedules import Cosine as Cosine
from .optimizers.schedules import OneCycle as OneCycle
from .optimizers.schedules import StepDecay as StepDecay
from .optimizers.schedules import WarmUp as WarmUp
from .optimizers.sgd import SGD as SGD
from .regularization.penalties import Penalty as Penalty
from .regularization.regularization import Regularization as Regularization
from .training.progress import Epoch as Epoch
from .training.progress import Step as Step
from .training.training import Training as Training

__version__: str
