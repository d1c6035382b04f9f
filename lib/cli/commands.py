"""The commands and their options: one parser, one `main`."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

from lib.cli.answers import CLOSED, REFUSED, USAGE
from lib.cli.clocks import clock, thresholds
from lib.cli.figures import indicators, list_releases, rows
from lib.cli.files import check, send
from lib.cli.passports import passport
from lib.datasets import DATASETS
from lib.errors import AppError


def main(arguments: list[str] | None = None) -> int:
    """Run one command; gives the exit status."""
    options = _parser().parse_args(arguments)
    try:
        command: Callable[[argparse.Namespace], int] = options.command
        status = command(options)
        sys.stdout.flush()
        return status
    except AppError as refused:
        print(refused.text, file=sys.stderr)
        return REFUSED
    except BrokenPipeError:
        # Whoever read has seen enough. What is still held back goes nowhere, so that the end is quiet too.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return CLOSED


class _Parser(argparse.ArgumentParser):
    """A parser whose errors do not look like a file that cannot be read."""

    def error(self, message: str) -> NoReturn:
        """Say how it is used, and end."""
        self.print_usage(sys.stderr)
        self.exit(USAGE, f"{self.prog}：命令的写法不正确（{message}）。用 --help 查看用法。\n")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="python -m lib.cli", description="宜居普陀 命令行")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def add(name: str, function: Callable[[argparse.Namespace], int], words: str) -> argparse.ArgumentParser:
        command = commands.add_parser(name, help=words, description=words)
        command.set_defaults(command=function)
        command.add_argument("--json", action="store_true", help="输出 JSON")
        return command

    checking = add("check", check, "检查文件（或文件夹中的全部文件）：识别的报表、列对应、读到的行数、问题清单；不保存")
    checking.add_argument("files", type=Path, nargs="+", metavar="FILE")
    checking.add_argument("--dataset", default="", help=f"应为哪种报表：{'、'.join(sorted(DATASETS))}")
    checking.add_argument("--period", default="", help="应为哪个报告期，例如 2026-10")
    checking.add_argument("--unit", default="", help="应为哪个街镇：代码或名称")
    checking.add_argument("--by", default="", help="以哪个账号检查：用其街镇和记住的列名更正")
    checking.add_argument("--drop-personal", action="store_true", help="删去含个人信息的内容后检查其余部分")
    checking.add_argument("--returned", type=Path, default=None, metavar="OUT.xlsx", help="写出带标注的工作簿（只能检查一个文件）")
    sending = add("publish", send, "上传并发布一个文件，与屏幕上的办理相同")
    sending.add_argument("file", type=Path)
    sending.add_argument("--by", required=True, help="账号")
    sending.add_argument("--note", default="", help="说明")
    sending.add_argument("--reason", default="", help="情况说明：有警告的报送必须填写")
    figures = add("indicators", indicators, "指标值：全区或一个街镇")
    _place_options(figures)
    behind = add("rows", rows, "一项指标背后的行：来源文件、工作表、行号")
    behind.add_argument("indicator", metavar="INDICATOR", help="指标编号，例如 G05")
    behind.add_argument("--part", choices=("numerator", "denominator"), default="numerator", help="分子或分母")
    _place_options(behind)
    told = add("passport", passport, "一项指标的数据护照：定义、公式、代入、标准、灯色和理由、来源文件、工作表和行号")
    told.add_argument("indicator", metavar="INDICATOR", help="指标编号，例如 G05")
    _place_options(told)
    _day_option(told, "按哪一天判断规则和灯色，默认为报告期的最后一天")
    rules = add("thresholds", thresholds, "标准与阈值：每项规则在某一天执行的一行")
    rules.add_argument("--all", action="store_true", help="全部各行，包括尚未施行和已被取代的")
    rules.add_argument("--release", type=int, default=0, help="版次，默认最新")
    _day_option(rules, "哪一天，默认今天")
    clocks = add("clock", clock, "一个小区的时钟：换届、组建、维修资金续筹的各步期限，冻结期")
    clocks.add_argument("compound", metavar="COMPOUND", help="小区编码、名称或别名")
    _place_options(clocks)
    _day_option(clocks, "按哪一天计算，默认为报告期的最后一天")
    add("releases", list_releases, "各版次：编号、发布人、时间、说明")
    return parser


def _day_option(command: argparse.ArgumentParser, words: str) -> None:
    command.add_argument("--on", default="", metavar="DATE", help=f"{words}，例如 2026-10-31")


def _place_options(command: argparse.ArgumentParser) -> None:
    command.add_argument("--period", default="", help="报告期，默认最新")
    command.add_argument("--unit", default="", help="街镇代码或名称，默认全区")
    command.add_argument("--release", type=int, default=0, help="版次，默认最新")
