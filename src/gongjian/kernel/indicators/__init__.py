"""指标、序时进度与态势: numbers as of a day with the rows behind them, what was expected by then, and the verdict."""
