"""A handler with SnapStart hooks."""
import uuid

unique = None


def before_snapshot():
    print("before the snapshot: what is the same in all copies is prepared")


def after_restore():
    global unique
    unique = str(uuid.uuid4())
    print("after the restore: what must differ in each copy is made")


def handle(event, context):
    return {"restored": unique is not None, "unique": unique}
