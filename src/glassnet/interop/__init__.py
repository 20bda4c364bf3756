"""Other people's formats and interfaces: ONNX, PyTorch, scikit-learn."""
