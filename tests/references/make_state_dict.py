"""Write a network as PyTorch saves it, and its answers, which tests/interop/test_pytorch.py compares glassnet's with.

    pip install --group references
    python tests/references/make_state_dict.py

Two runs write the same bytes.
"""

from pathlib import Path

HERE = Path(__file__).parent


def main() -> None:
    import torch
    from safetensors.torch import save_file
    from torch import nn

    torch.manual_seed(0)
    network = nn.Sequential(
        nn.Linear(6, 5),
        nn.Tanh(),
        nn.Dropout(0.5),
        nn.Linear(5, 4, bias=False),
        nn.Tanh(),
        nn.Identity(),
        nn.Linear(4, 3),
    ).eval()
    save_file(network.state_dict(), HERE / "sequential.safetensors")
    inputs = torch.rand(20, 6)
    with torch.no_grad():
        answers = torch.softmax(network(inputs), dim=1)
    save_file({"inputs": inputs, "answers": answers}, HERE / "sequential_answers.safetensors")


if __name__ == "__main__":
    main()
