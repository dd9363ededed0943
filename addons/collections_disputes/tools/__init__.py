from . import mail_text
