"""Packages that everybody knows: a name in here exists, and a name that is nearly one of these is a trap.

Written by hand, from what people use: a list that is fetched could be made to hold the trap itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

_PYTHON: Final = """
aiodns aiofiles aiogram aiohttp aiomysql aioredis aiosignal aiosmtpd aiosqlite alembic altair amqp annotated-types
ansible anthropic anyio apache-airflow appdirs apscheduler argcomplete argon2-cffi arrow asgi-lifespan asgiref astroid
async-timeout asyncpg asyncssh atlassian-python-api attrs authlib automat autopep8 azure-core azure-identity
azure-storage-blob babel backoff bandit bcrypt beautifulsoup4 billiard bitarray black bleach blinker bokeh boto3
botocore bottle braintree build cachecontrol cachetools catboost cattrs celery certifi cffi cfgv chardet
charset-normalizer cherrypy chromadb ckzg click clickhouse-driver cloudpickle cmake codespell colorama coloredlogs
colorlog configobj configparser constructs contourpy cookiecutter coverage croniter cryptography css-inline cssselect
cupy curl-cffi cvxpy cycler cython dacite dash dask databases dataclasses-json datasets dateparser ddtrace debugpy
decorator deepdiff defusedxml deprecated diff-match-patch dill discord-py diskcache distlib distributed distro django
django-allauth django-cors-headers django-debug-toolbar django-environ django-filter django-storages
djangorestframework dkimpy dnspython docker docker-compose dockerfile-parse docopt docstring-parser docutils docxtpl
dramatiq drf-spectacular duckdb dulwich ecdsa elasticsearch email-validator emoji environs et-xmlfile eventlet
exceptiongroup execnet executing fabric factory-boy faker falcon fastapi fastapi-users fastavro fastjsonschema
feedparser ffmpeg-python filelock fiona flake8 flask flask-admin flask-babel flask-bcrypt flask-caching flask-cors
flask-jwt-extended flask-limiter flask-login flask-mail flask-migrate flask-restful flask-socketio flask-sqlalchemy
flask-wtf fonttools fpdf fpdf2 freezegun frozenlist fsspec future gensim geopandas geopy gevent gidgethub gitpython
google-api-core google-api-python-client google-auth google-auth-httplib2 google-auth-oauthlib google-cloud-bigquery
google-cloud-core google-cloud-firestore google-cloud-pubsub google-cloud-storage google-genai google-generativeai
googleapis-common-protos gradio graphene greenlet grpcio grpcio-tools gspread gunicorn h11 h2 h5py hatchling html5lib
httpcore httplib2 httptools httpx httpx2 huggingface-hub humanize hydra-core hypercorn hyperlink hypothesis icalendar
identify idna ijson imageio imapclient imbalanced-learn img2pdf importlib-metadata importlib-resources inflect
inflection influxdb-client iniconfig inline-snapshot invoke ipykernel ipython ipywidgets isodate isort itemadapter
itsdangerous jax jaxlib jedi jellyfish jieba jinja2 jiter jmespath joblib jsonpatch jsonpath-ng jsonpickle jsonschema
jupyter jupyter-core jupyterlab kafka-python keras keyring kiwisolver kombu kubernetes langchain langchain-community
langchain-core langchain-openai langdetect langgraph lark ldap3 lightgbm limits litellm litestar llvmlite locust
loguru lxml mako mariadb markdown markdown-it-py markdown2 markdownify markupsafe marshmallow matplotlib mccabe mdurl
mechanize mkdocs mkdocs-material mlflow mock mongoengine more-itertools moto moviepy mpmath msal msgpack multidict
multiprocess mypy mypy-extensions mysql-connector-python mysqlclient natsort nbconvert nbformat netaddr networkx nh3
ninja nltk nodeenv nose nox numba numpy numpy-financial oauthlib odfpy olefile ollama onnx onnxruntime openai
opencv-python opencv-python-headless openpyxl opentelemetry-api opentelemetry-sdk oracledb orjson packaging pandas
pandas-stubs paramiko parsel parso passlib pathspec patsy pdf2image pdfkit pdfminer-six pdfplumber peewee pendulum
pexpect phonenumbers pika pikepdf pillow pip pip-tools pipenv platformdirs playwright plotly pluggy poetry poetry-core
polars pony portalocker praw pre-commit prettytable prometheus-client prompt-toolkit propcache protobuf psutil psycopg
psycopg-binary psycopg-pool psycopg2 psycopg2-binary ptyprocess pulp pure-eval py-cpuinfo pyaml pyarrow pyasn1
pyasn1-modules pyautogui pybind11 pycodestyle pycparser pycryptodome pycryptodomex pydantic pydantic-core
pydantic-settings pydot pydub pyflakes pygame pygithub pygments pyinstaller pyjwt pylint pymongo pymupdf pymysql
pynacl pynput pyodbc pyopenssl pyotp pyparsing pypdf pypdf2 pyperclip pyproj pyqt5 pyqt6 pyright pyrsistent pyscreeze
pyserial pyside6 pysocks pyspark pyspf pytest pytest-aiohttp pytest-asyncio pytest-benchmark pytest-cov pytest-django
pytest-flask pytest-httpx pytest-mock pytest-randomly pytest-timeout pytest-xdist python-barcode python-dateutil
python-docx python-dotenv python-jose python-json-logger python-magic python-multipart python-pptx python-slugify
python-socketio python-telegram-bot pytz pywavelets pywin32 pyyaml pyzmq qrcode quart questionary radon rapidfuzz
rasterio ratelimit ray redis regex reportlab requests requests-cache requests-mock requests-oauthlib requests-toolbelt
respx retrying rfc3986 rich rich-click rope rpds-py rq rsa ruamel-yaml ruff s3fs s3transfer safetensors sanic schedule
schema scikit-image scikit-learn scipy scrapy seaborn segno selenium sendgrid sentence-transformers sentencepiece
sentry-sdk setuptools setuptools-scm shapely shellingham simple-websocket simplejson simpy six slack-bolt slack-sdk
slowapi smmap sniffio snowballstemmer sortedcontainers soupsieve spacy speechrecognition sphinx sphinx-rtd-theme
sqlalchemy sqlfluff sqlglot sqlite-utils sqlmodel sqlparse sse-starlette stack-data stamina starlette statsmodels
streamlit stripe structlog supabase svglib svgwrite sympy tabulate tblib telethon tenacity tensorboard tensorflow
termcolor testcontainers textblob textual thefuzz threadpoolctl tifffile tiktoken time-machine tinycss2 tinydb
tinyhtml5 tokenizers toml tomli tomli-w tomlkit toolz torch torchaudio torchvision tornado tortoise-orm tox tqdm
traitlets transformers trio tweepy twilio twine twisted typeguard typer types-python-dateutil types-pyyaml
types-requests typing-extensions typing-inspect tzdata tzlocal ujson undetected-chromedriver unidecode uritemplate
urllib3 uv uvicorn uvloop validators vcrpy virtualenv visions waitress wand watchdog watchfiles wcwidth weasyprint
webdriver-manager webencodings websocket-client websockets werkzeug wheel whitenoise whoosh wikipedia wordcloud wrapt
wtforms wxpython xgboost xlrd xlsxwriter xlwt xmltodict yapf yarl youtube-dl yt-dlp zeep zeroconf zipp zope-interface
zstandard
"""

_NODE: Final = """
@angular/cli @angular/common @angular/core @angular/forms @angular/router @apollo/client @apollo/server
@auth0/auth0-react @aws-sdk/client-s3 @babel/cli @babel/core @babel/plugin-transform-runtime @babel/preset-env
@babel/preset-react @babel/preset-typescript @babel/runtime @chakra-ui/react @emotion/react @emotion/styled @eslint/js
@fastify/cors @fastify/static @fortawesome/fontawesome-free @google/generative-ai @headlessui/react @heroicons/react
@hookform/resolvers @mui/icons-material @mui/material @mui/system @nestjs/cli @nestjs/common @nestjs/core
@nestjs/platform-express @playwright/test @popperjs/core @prisma/client @radix-ui/react-dialog @radix-ui/react-slot
@reduxjs/toolkit @remix-run/node @rollup/plugin-commonjs @rollup/plugin-node-resolve @rollup/plugin-typescript
@sendgrid/mail @sentry/browser @sentry/node @slack/web-api @stripe/stripe-js @supabase/supabase-js @sveltejs/kit
@tailwindcss/forms @tailwindcss/typography @tailwindcss/vite @tanstack/react-query @tanstack/react-table
@testing-library/dom @testing-library/jest-dom @testing-library/react @testing-library/user-event @tsconfig/node20
@types/bcrypt @types/cors @types/express @types/jest @types/jsonwebtoken @types/lodash @types/mocha @types/node
@types/react @types/react-dom @types/uuid @types/ws @typescript-eslint/eslint-plugin @typescript-eslint/parser
@vitejs/plugin-react @vitejs/plugin-vue @vue/cli @vueuse/core ajv alpinejs angular ansi-regex ansi-styles antd
anthropic apollo-server argon2 async autoprefixer ava aws-sdk axios babel-jest babel-loader bcrypt bcryptjs
better-sqlite3 big.js bignumber.js bluebird body-parser bootstrap bootstrap-icons browserify browserslist bull bullmq
bulma c8 canvas canvas-confetti chai chalk chance chart.js cheerio chokidar classnames clean-css cli-progress
cli-table3 clsx color colors commander compression concurrently config connect-flash connect-mongo connect-redis
convict cookie cookie-parser cookie-session cors cron cross-env cross-fetch cross-spawn crypto-js css-loader cssnano
csurf csv-parse csv-parser csv-stringify csvtojson cypress d3 date-fns dayjs debug decimal.js deepmerge docx dompurify
dotenv drizzle-orm ejs electron electron-builder ember-cli emotion enzyme esbuild escape-html eslint
eslint-config-airbnb eslint-config-next eslint-config-prettier eslint-plugin-import eslint-plugin-jsx-a11y
eslint-plugin-prettier eslint-plugin-react eslint-plugin-react-hooks event-stream eventemitter3 events exceljs execa
express express-async-handler express-fileupload express-rate-limit express-session express-validator fast-glob
fast-xml-parser fastify figlet file-saver firebase firebase-admin font-awesome form-data formidable formik
framer-motion fs-extra fuse.js get-port glob globals globby got graphql graphql-tag gray-matter gsap gulp handlebars
hapi helmet highlight.js hono html-webpack-plugin html2canvas htmx.org http-errors http-proxy http-proxy-middleware
http-server husky i18next iconv-lite immer immutable inquirer ioredis ip is-number isomorphic-fetch jasmine jest
jest-environment-jsdom jimp joi jose jquery jquery-ui js-cookie js-yaml jsdom json-server json2csv jsonwebtoken jspdf
jszip katex keyv knex koa koa-bodyparser koa-router leaflet less lint-staged lit localforage lodash lodash-es
lodash.debounce lodash.merge log4js lowdb lru-cache lucide-react luxon markdown-it marked mathjs memcached meow
mermaid method-override micromatch mime mime-types mini-css-extract-plugin minimatch minimist mkdirp mobx mocha
mocha-junit-reporter moment moment-timezone mongodb mongoose morgan ms mssql multer mustache mysql mysql2 nanoid nedb
next next-auth next-themes ngrok nock node-cache node-cron node-fetch node-forge node-sass node-schedule nodemailer
nodemon normalize.css notistack npm nuxt nx nyc ollama open openai ora p-limit p-queue papaparse parcel passport
passport-jwt passport-local pdf-lib pdf-parse pdfkit pdfmake pg pg-promise phaser pinia pino pino-pretty pixi.js
playwright plotly.js pm2 pnpm polished postcss postcss-cli postcss-loader preact prettier prettier-plugin-tailwindcss
prisma progress prom-client prop-types proxyquire pug puppeteer qrcode qs ramda random-seed rate-limiter-flexible
react react-bootstrap react-chartjs-2 react-dnd react-dom react-helmet react-hook-form react-hot-toast react-icons
react-markdown react-native react-query react-redux react-router react-router-dom react-scripts react-select
react-spring react-table react-toastify reactstrap readable-stream recharts redis redux redux-saga redux-thunk
reflect-metadata remark request request-promise resend reveal.js rimraf rollup rxjs sanitize-html sass sass-loader
seedrandom semver sequelize serve serve-static sharp shelljs showdown shx sinon slugify socket.io socket.io-client
solid-js sortablejs source-map-support sqlite sqlite3 standard storybook strip-ansi stripe style-loader
styled-components stylelint superagent supertest svelte swagger-jsdoc swagger-ui-express sweetalert2 swiper swr
tailwind-merge tailwindcss tap tape telegraf terser terser-webpack-plugin three through2 tiny-invariant toastr ts-jest
ts-loader ts-node ts-node-dev tslib tsup tsx turbo twilio typeorm typescript ua-parser-js underscore undici unified
uuid validator vite vite-plugin-pwa vitest vue vue-loader vue-router vuetify vuex webpack webpack-cli
webpack-dev-server winston wrangler ws xlsx xml2js xmlbuilder yaml yargs yarn yup zod zustand zx
"""

_DEBIAN: Final = """
apt-transport-https apt-utils bash build-essential bzip2 ca-certificates chromium cmake cron curl dumb-init ffmpeg
file fonts-dejavu fonts-liberation fonts-noto g++ gcc gettext git gnupg gosu graphviz imagemagick iproute2
iputils-ping jq less libboost-all-dev libbz2-dev libcairo2 libcurl4-openssl-dev libffi-dev libfreetype6-dev
libgdk-pixbuf-2.0-0 libgl1 libglib2.0-0 libgomp1 libjpeg-dev liblzma-dev libmagic1 libmariadb-dev libncurses-dev
libpango-1.0-0 libpangocairo-1.0-0 libpng-dev libpq-dev libpq5 libreadline-dev libsm6 libsqlite3-dev libssl-dev
libxext6 libxml2 libxml2-dev libxrender1 libxslt1-dev locales lsb-release make musl-tools nano net-tools
netcat-openbsd nginx nodejs npm openssh-client openssl pandoc pkg-config poppler-utils postgresql-client procps
python3 python3-dev python3-pip python3-venv rsync ruby shared-mime-info software-properties-common sqlite3 sudo
supervisor tesseract-ocr texlive-latex-base tini tree tzdata unzip vim wget wkhtmltopdf xz-utils zip zlib1g-dev
"""

#: The names of each list, as its index compares them.
POPULAR: Final[Mapping[str, frozenset[str]]] = {
    "python": frozenset(_PYTHON.split()), "node": frozenset(_NODE.split()), "debian": frozenset(_DEBIAN.split()),
}  # fmt: skip

#: The name to install, where the name to import differs by more than its case and hyphens.
DISTRIBUTIONS: Final[Mapping[str, str]] = {
    "_pytest": "pytest", "allauth": "django-allauth", "attr": "attrs", "barcode": "python-barcode",
    "bs4": "beautifulsoup4", "bson": "pymongo", "corsheaders": "django-cors-headers", "Crypto": "pycryptodome",
    "Cryptodome": "pycryptodomex", "cv2": "opencv-python", "dateutil": "python-dateutil",
    "debug_toolbar": "django-debug-toolbar", "discord": "discord-py", "django_filters": "django-filter",
    "dkim": "dkimpy", "dns": "dnspython", "docx": "python-docx", "dotenv": "python-dotenv",
    "engineio": "python-engineio", "environ": "django-environ", "ffmpeg": "ffmpeg-python", "fitz": "pymupdf",
    "flufl": "flufl-bounce", "git": "gitpython", "github": "pygithub", "gridfs": "pymongo", "grpc": "grpcio",
    "jose": "python-jose", "jwt": "pyjwt", "kafka": "kafka-python", "ldap": "python-ldap", "magic": "python-magic",
    "markdown_it": "markdown-it-py", "mpl_toolkits": "matplotlib", "multipart": "python-multipart",
    "mysql": "mysql-connector-python", "MySQLdb": "mysqlclient", "nacl": "pynacl", "odf": "odfpy",
    "OpenSSL": "pyopenssl", "pdfminer": "pdfminer-six", "PIL": "pillow", "pkg_resources": "setuptools",
    "pptx": "python-pptx", "psycopg2": "psycopg2-binary", "pythonjsonlogger": "python-json-logger",
    "pywintypes": "pywin32", "rest_framework": "djangorestframework", "ruamel": "ruamel-yaml", "serial": "pyserial",
    "skimage": "scikit-image", "sklearn": "scikit-learn", "slack": "slack-sdk", "slugify": "python-slugify",
    "socketio": "python-socketio", "socks": "pysocks", "speech_recognition": "speechrecognition", "spf": "pyspf",
    "storages": "django-storages", "telegram": "python-telegram-bot", "usb": "pyusb", "webview": "pywebview",
    "win32api": "pywin32", "win32com": "pywin32", "wx": "wxpython", "yaml": "pyyaml", "zmq": "pyzmq",
    "zope": "zope-interface",
}  # fmt: skip

#: Names to import that many packages share: one that is declared and begins like this brings it.
SHARED: Final = frozenset(
    {"azure", "google", "opentelemetry", "sphinxcontrib", "jupyter", "backports", "flufl", "zope"}
)

#: What Node.js brings itself.
_BUILTINS: Final = """
    assert async_hooks buffer child_process cluster console constants crypto dgram diagnostics_channel dns domain
    events fs http http2 https inspector module net os path perf_hooks process punycode querystring readline repl sea
    sqlite stream string_decoder sys test timers tls trace_events tty url util v8 vm wasi worker_threads zlib
"""
NODE_BUILTINS: Final = frozenset(_BUILTINS.split())
