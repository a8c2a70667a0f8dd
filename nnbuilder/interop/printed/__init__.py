"""Networks as programs print them: `print(model)`, and the tables of torchinfo, torchsummary and Keras."""
