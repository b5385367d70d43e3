# 审管联动: every command a person needs. `make help` lists them.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
UV := VIRTUAL_ENV=$(CURDIR)/$(VENV) UV_PYTHON_DOWNLOADS=never $(BIN)/uv
# The tool that installs and locks; the locks themselves hold every other version with its hashes.
UV_VERSION := 0.13.9
DEMO_ARGS ?=
PYTEST_ARGS ?=

.PHONY: help demo up test check quick nightly test-browser docs compose-test levels-test format lint types imports lock schemas env-example nats-users peers vendor clean

help: ## 列出全部命令 / list every command
	@grep -hE '^[a-z][a-z-]*:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 18

$(BIN)/uv:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "需要 Python 3.11 或更高 / Python 3.11 or newer is needed: make demo PYTHON=/path/to/python3.11"; exit 1; }
	@echo "准备虚拟环境 / preparing $(VENV)"
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)

# What the services import, and nothing else.
$(VENV)/.runtime: $(BIN)/uv requirements.lock pyproject.toml
	@echo "安装运行依赖 / installing what the services import"
	@$(UV) pip install --quiet --require-hashes -r requirements.lock
	@$(UV) pip install --quiet --no-deps -e .
	@touch $@

# Tests and tools on top.
$(VENV)/.dev: $(VENV)/.runtime requirements-dev.lock
	@echo "安装测试与工具 / installing tests and tools"
	@$(UV) pip install --quiet --require-hashes -r requirements-dev.lock
	@touch $@

# What drives a browser; the browser itself and its Chinese letters come from the system's packages.
$(VENV)/.browser: $(VENV)/.dev requirements-browser.lock
	@echo "安装浏览器测试的依赖 / installing what drives the browser"
	@$(UV) pip install --quiet --require-hashes -r requirements-browser.lock
	@command -v chromium >/dev/null && fc-list | grep -q "Noto Sans CJK" || { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium fontconfig fonts-noto-cjk; }
	@touch $@

# What makes the docs site; its test is of the ordinary ones.
$(VENV)/.docs: $(VENV)/.dev requirements-docs.lock
	@echo "安装文档站的依赖 / installing what makes the docs site"
	@$(UV) pip install --quiet --require-hashes -r requirements-docs.lock
	@touch $@

# The peers `shenguan bench --full` measures beside us; Celery's Redis comes from the system's packages (redis-server).
$(VENV)/.bench: $(VENV)/.runtime requirements-bench.lock
	@echo "安装对照程序的依赖 / installing what the peers of the benchmark import"
	@$(UV) pip install --quiet --require-hashes -r requirements-bench.lock
	@touch $@

demo: $(VENV)/.runtime ## 一条命令看完整链路 / the whole chain on embedded servers; DEMO_ARGS="--headless --exit"
	@$(BIN)/shenguan demo $(DEMO_ARGS)

up: $(VENV)/.runtime ## 启动内嵌服务与三个微服务 / start servers and services, no demo data
	@$(BIN)/shenguan up

test: format-check lint types imports $(VENV)/.docs ## 全部检查与测试 / every check and every test; what CI runs
	@$(BIN)/pytest -m "not nightly and not browser" -n 2 --dist loadfile $(PYTEST_ARGS)

check: test ## 与 test 相同 / the same as test

quick: $(VENV)/.dev ## 只跑不需服务器的测试 / unit and architecture tests, seconds
	@$(BIN)/pytest tests/unit tests/architecture $(PYTEST_ARGS)

test-browser: $(VENV)/.browser $(VENV)/.docs ## 用真实浏览器走一遍网页 / the pages in a real browser; screenshots in .shenguan/screenshots
	@$(BIN)/pytest tests/browser -m browser $(PYTEST_ARGS)

docs: $(VENV)/.docs ## 文档站 / the docs site in .site/html; opens from the disk, asks nothing of another host
	@$(BIN)/python docs/site/assemble.py .site

peers: $(VENV)/.bench ## 安装性能对照程序 / install the peers of the benchmark

# Prometheus, of the system's packages, which tries the alerts and is asked the queries of the dashboards.
$(VENV)/.prometheus: $(VENV)/.dev
	@command -v promtool >/dev/null || { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends prometheus; }
	@touch $@

# kubectl, of the system's packages, renders deploy/k8s; the schemas it is checked by come along. Nothing asks a cluster.
$(VENV)/.k8s: $(VENV)/.dev requirements-k8s.lock
	@$(UV) pip install --quiet --require-hashes -r requirements-k8s.lock
	@command -v kubectl >/dev/null || { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends kubernetes-client; }
	@touch $@

nightly: $(VENV)/.bench $(VENV)/.prometheus $(VENV)/.k8s test test-browser ## 全量回放与故障 / the full replay, the kills, the long tests
	@$(BIN)/pytest -m nightly $(PYTEST_ARGS)

# Containers: eval "$$(tests/containers/engine-up)"; tests/containers/base-images
compose-test: $(VENV)/.dev ## 镜像、三节点 NATS、强杀与滚动升级 / the whole compose file: built, loaded, nodes killed, upgraded
	@$(BIN)/pytest tests/containers/test_compose.py -m nightly -s $(PYTEST_ARGS)

levels-test: $(VENV)/.dev ## 区与市各三节点，断网一分钟并强杀节点 / a district and a city on containers, the network between them away for a minute
	@$(BIN)/pytest tests/containers/test_levels.py -m nightly -s $(PYTEST_ARGS)

format: $(VENV)/.dev ## 格式化 / format the code
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix --quiet . || true

format-check: $(VENV)/.dev
	@$(BIN)/ruff format --check .

lint: $(VENV)/.dev ## 静态检查 / ruff
	@$(BIN)/ruff check .

types: $(VENV)/.dev ## 类型检查 / mypy --strict
	@$(BIN)/mypy

imports: $(VENV)/.dev ## 依赖方向 / the import contracts
	@$(BIN)/lint-imports

schemas: $(VENV)/.dev ## 重新生成事件的 JSON Schema、清单与 AsyncAPI / regenerate docs/schemas, docs/events.md, docs/asyncapi.json
	@$(BIN)/python -m contracts.schemas docs/schemas
	@$(BIN)/python -m contracts.event_list docs/events.md
	@$(BIN)/python -m contracts.asyncapi docs/asyncapi.json

env-example: $(VENV)/.dev ## 重新生成 .env.example / regenerate .env.example from the settings
	@$(BIN)/python deploy/env_example.py

nats-users: $(VENV)/.dev ## 重新生成 NATS 用户权限 / regenerate deploy/nats-users.conf
	@$(BIN)/python -m ops.nats_users deploy/nats-users.conf

vendor: $(VENV)/.runtime ## 从 npm 重新取网页的第三方资源 / fetch the scripts and styles of the pages from npm again
	@$(BIN)/python -m console.web.vendoring services/console/web/static/vendor

lock: $(BIN)/uv ## 重新锁定依赖 / lock versions and hashes again
	@$(UV) pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --custom-compile-command "make lock" pyproject.toml -o requirements.lock
	@$(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --custom-compile-command "make lock" -c requirements.lock --extra otlp pyproject.toml -o requirements-image.lock
	@$(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --custom-compile-command "make lock" -c requirements.lock --group dev pyproject.toml -o requirements-dev.lock
	@$(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --custom-compile-command "make lock" -c requirements-dev.lock --group bench pyproject.toml -o requirements-bench.lock
	@$(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --custom-compile-command "make lock" -c requirements-dev.lock --group browser pyproject.toml -o requirements-browser.lock
	@$(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --custom-compile-command "make lock" -c requirements-dev.lock --group docs pyproject.toml -o requirements-docs.lock
	@$(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --custom-compile-command "make lock" -c requirements-dev.lock --group k8s pyproject.toml -o requirements-k8s.lock

clean: ## 删除虚拟环境与本地状态 / remove .venv, .shenguan and .site
	@rm -rf $(VENV) .shenguan .site
