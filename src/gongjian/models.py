"""Every mechanism of ground and drives, found by walking the folders."""

from gongjian.kernel.discover import walk

walk("gongjian.ground")
walk("gongjian.drives")
