# One image, many commands: rooms, agencies' stand-ins, watchers, topics.
FROM python:3.13-slim-trixie AS build
RUN python -m venv /opt/safeguarding
ENV PATH=/opt/safeguarding/bin:$PATH PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /src
# the dependencies first: a change of our own code does not fetch them again
COPY pyproject.toml ./
RUN python -c "import tomllib; print('\n'.join(tomllib.load(open('pyproject.toml','rb'))['project']['dependencies']))" > requirements.txt \
    && pip install -r requirements.txt
COPY . .
RUN pip install --no-deps .

FROM python:3.13-slim-trixie
COPY --from=build /opt/safeguarding /opt/safeguarding
ENV PATH=/opt/safeguarding/bin:$PATH PYTHONUNBUFFERED=1 SAFEGUARDING_STATE_DIR=/state
RUN useradd --uid 1000 --create-home safeguarding && install -d -o safeguarding /state
USER safeguarding
VOLUME /state
ENTRYPOINT ["safeguarding"]
CMD ["--help"]
