"""Catalogue workbooks (目录工作簿): a version as xlsx, read, written, and given back annotated when it is broken.

Reading is python-calamine's, writing xlsxwriter's; openpyxl alone changes a file and is used for nothing else.
"""

from supervision.api.workbook.annotate import annotated
from supervision.api.workbook.faults import BrokenFile, Located
from supervision.api.workbook.read import read_version
from supervision.api.workbook.write import written

__all__ = ["BrokenFile", "Located", "annotated", "read_version", "written"]
