"""A client of Odoo's JSON-2 API, and no more of it than is needed here."""

import requests


class ApiError(Exception):
    """The server can't be reached, or doesn't let us in."""


class Refused(ApiError):
    """The server refused this one call."""

    def __init__(self, message, status):
        super().__init__(message)
        self.status = status


class Api:
    """Calls public methods of models, as the user whose key it has."""

    def __init__(self, url, database, key):
        self.url = url.rstrip("/")
        self.session = requests.Session()
        self.session.headers["Authorization"] = f"bearer {key}"
        if database:
            self.session.headers["X-Odoo-Database"] = database

    def call(self, model, method, ids=(), **arguments):
        """Call a method; the call is one transaction of the server.

        :raise ApiError: when the server can't be reached or refuses the key
        :raise Refused: when it refuses the call; the message is its own
        """
        url = f"{self.url}/json/2/{model}/{method}"
        try:
            response = self.session.post(
                url, json={"ids": list(ids), **arguments}, timeout=600
            )
        except requests.ConnectionError as error:
            raise ApiError(f"no Odoo answers at {self.url}") from error
        except requests.RequestException as error:
            raise ApiError(f"{url}: {error}") from error
        if response.status_code == 401:
            raise ApiError(f"{self.url} refuses the key")
        if not response.ok:
            raise Refused(
                f"{model}.{method}: {self._get_message(response)}", response.status_code
            )
        return response.json()

    @staticmethod
    def _get_message(response):
        try:
            return " ".join(response.json()["message"].split())
        except (ValueError, KeyError, TypeError, AttributeError):
            # No answer of the API: no such database, or not an Odoo 19.
            return f"HTTP {response.status_code} {response.reason}"
