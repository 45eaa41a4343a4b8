"""The peer of benchmarks/start.py: an ordinary Gradio app, as its guides would have one write it.

Four tabs of controls and pictures (234 components), 70 events, torch imported at the top.
`python benchmarks/plain_gradio_app.py PORT`
"""

import sys

import gradio as gr
import numpy as np
import torch

TABS, GROUPS = 4, 7


def blend(first: float, second: float, name: str) -> tuple[str, np.ndarray]:
    picture = torch.rand(8, 8) * first / (second + 1)
    return f"{name}: {picture.mean():.3f}", picture.numpy()


def group(number: int) -> None:
    """Eight components (a row and the form Gradio puts into it are two), two or three events."""
    with gr.Row():
        first = gr.Slider(0, 10, 5, label=f"First {number}")
        second = gr.Slider(0, 10, 5, label=f"Second {number}")
        name = gr.Dropdown(["rnn", "gru", "lstm"], value="gru", label="Cell")
        said = gr.Textbox(label="Result")
    button = gr.Button("Run", variant="primary", elem_id=f"run-{number}")
    shown = gr.Image(label="Picture", visible=False)
    button.click(blend, [first, second, name], [said, shown])
    first.release(blend, [first, second, name], [said, shown])
    if number % 2:
        name.change(blend, [first, second, name], [said, shown])


def main() -> None:
    with gr.Blocks(title="Plain") as demo:
        gr.Markdown("# A plain app")
        with gr.Tabs():
            for tab in range(TABS):
                with gr.Tab(f"Tab {tab}"):
                    gr.Markdown("Some words about it.")
                    for row in range(GROUPS):
                        group(tab * GROUPS + row)
    demo.launch(server_port=int(sys.argv[1]))


if __name__ == "__main__":
    main()
