@echo off
rem Runs Maven: the installed one when it is new enough, otherwise a pinned release that is downloaded once,
rem checked against its SHA-512 and kept under %USERPROFILE%\.m2\wrapper\dists. See mvnw for the variables it
rem honours. PowerShell only finds Maven; the arguments go to it untouched.
setlocal
set "MVNW_MVN="
for /f "usebackq delims=" %%i in (`powershell -NoProfile -NonInteractive -ExecutionPolicy Bypass -File "%~dp0.mvn\wrapper\find-maven.ps1"`) do set "MVNW_MVN=%%i"
if not defined MVNW_MVN exit /b 1
set "MAVEN_HOME="
set "M2_HOME="
call "%MVNW_MVN%" %*
exit /b %ERRORLEVEL%
