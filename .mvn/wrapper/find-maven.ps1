# Prints the path of the mvn.cmd that mvnw.cmd shall run, downloading it if need be. Everything else goes to stderr:
# standard output is the answer. The same steps as the sh script mvnw.
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'

function Say([string] $message) {
	[Console]::Error.WriteLine("mvnw: $message")
}

# The jar of Maven's core names its version; asking mvn itself would cost a JVM.
function Get-MavenVersion([string] $mavenHome) {
	$jar = Get-ChildItem -Path (Join-Path $mavenHome 'lib') -Filter 'maven-core-*.jar' -ErrorAction SilentlyContinue |
		Select-Object -First 1
	if ($jar -and $jar.Name -match '^maven-core-(\d+\.\d+\.\d+)') {
		return [version] $Matches[1]
	}
	return $null
}

$work = $null
try {
	$settings = @{}
	foreach ($line in Get-Content (Join-Path $PSScriptRoot 'maven-wrapper.properties')) {
		if ($line -match '^\s*([^#=\s]+)=(.*)$') {
			$settings[$Matches[1]] = $Matches[2].Trim()
		}
	}
	$minimum = [version] $settings['minimumMavenVersion']

	$candidates = @($env:MAVEN_HOME, $env:M2_HOME)
	$onPath = Get-Command mvn.cmd -CommandType Application -ErrorAction SilentlyContinue | Select-Object -First 1
	if ($onPath) {
		$candidates += Split-Path (Split-Path $onPath.Path)
	}
	foreach ($candidate in $candidates) {
		if ($candidate -and (Test-Path (Join-Path $candidate 'bin\mvn.cmd'))) {
			$version = Get-MavenVersion $candidate
			if ($version -and $version -ge $minimum) {
				Write-Output (Join-Path $candidate 'bin\mvn.cmd')
				exit 0
			}
		}
	}

	$url = $settings['distributionUrl']
	$expected = $settings['distributionSha512Sum']
	$archive = $url.Substring($url.LastIndexOf('/') + 1)
	$name = $archive -replace '-bin\.tar\.gz$', ''
	$release = $name -replace '^apache-maven-', ''
	if ($env:MVNW_DIST_URL) {
		$url = $env:MVNW_DIST_URL.TrimEnd('/') + "/$release/binaries/$archive"
	}
	$userHome = if ($env:MAVEN_USER_HOME) { $env:MAVEN_USER_HOME } else { Join-Path $env:USERPROFILE '.m2' }
	$dists = Join-Path $userHome 'wrapper\dists'
	$target = Join-Path $dists ($name + '-' + $expected.Substring(0, 12))
	$mvn = Join-Path $target 'bin\mvn.cmd'

	if (-not (Test-Path $mvn)) {
		$work = Join-Path $dists ('.download.' + [guid]::NewGuid().ToString('N'))
		New-Item -ItemType Directory -Force -Path $work | Out-Null
		$file = Join-Path $work $archive
		Say "downloading $url"
		[Net.ServicePointManager]::SecurityProtocol = [Net.ServicePointManager]::SecurityProtocol -bor [Net.SecurityProtocolType]::Tls12
		(New-Object Net.WebClient).DownloadFile($url, $file)
		$actual = (Get-FileHash -Algorithm SHA512 -Path $file).Hash.ToLowerInvariant()
		if ($actual -ne $expected) {
			throw "SHA-512 mismatch, nothing was installed: $url expected $expected actual $actual"
		}
		# tar is part of Windows 10 and later; from inside the folder, as it takes a drive letter for a host name.
		Push-Location $work
		try {
			& tar.exe -xzf $archive | Out-Null
			if ($LASTEXITCODE -ne 0) {
				throw "could not unpack $archive"
			}
		}
		finally {
			Pop-Location
		}
		if (-not (Test-Path $mvn)) {
			# Fails when another mvnw was faster, which is as good.
			try {
				[IO.Directory]::Move((Join-Path $work $name), $target)
			}
			catch {
				if (-not (Test-Path $mvn)) { throw }
			}
		}
	}
	Write-Output $mvn
	exit 0
}
catch {
	Say $_.Exception.Message
	exit 1
}
finally {
	if ($work -and (Test-Path $work)) {
		Remove-Item -Recurse -Force $work
	}
}
