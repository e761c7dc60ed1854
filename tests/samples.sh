# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# Unsigned files of the kinds that osslsigncode signs, from Debian's packages
# or made with their tools. Sourced after lib.sh.

make_msi() {
    cat >sample.wxs <<'WXS'
<?xml version="1.0" encoding="utf-8"?>
<Wix xmlns="http://schemas.microsoft.com/wix/2006/wi">
  <Product Id="*" Name="Sample" Version="1.0.0" Manufacturer="Example AG"
           Language="1033" UpgradeCode="12345678-1234-1234-1234-111111111111">
    <Package InstallerVersion="200" Compressed="yes"/>
    <Media Id="1" Cabinet="sample.cab" EmbedCab="yes"/>
    <Directory Id="TARGETDIR" Name="SourceDir">
      <Directory Id="ProgramFilesFolder">
        <Directory Id="INSTALLDIR" Name="Sample">
          <Component Id="Main" Guid="12345678-1234-1234-1234-222222222222">
            <File Id="ReadMe" Source="readme.txt"/>
          </Component>
        </Directory>
      </Directory>
    </Directory>
    <Feature Id="All" Level="1"><ComponentRef Id="Main"/></Feature>
  </Product>
</Wix>
WXS
    echo 'hello' >readme.txt
    wixl -o "$1" sample.wxs
}

make_cab() {
    echo 'hello' >readme.txt
    gcab -c "$1" readme.txt >/dev/null
}

make_ps1() {
    printf 'Write-Output "hello"\r\n' >"$1"
}

# samples VERSION: the files that this version of osslsigncode can sign, made
# on the first call.
samples() {
    [ -e sample.efi ] || cp "$PE" sample.efi
    echo sample.efi
    if command -v wixl >/dev/null; then
        [ -e sample.msi ] || make_msi sample.msi
        echo sample.msi
    fi
    if command -v gcab >/dev/null; then
        [ -e sample.cab ] || make_cab sample.cab
        echo sample.cab
    fi
    if at_least "$1" 2.8; then
        [ -e sample.ps1 ] || make_ps1 sample.ps1
        echo sample.ps1
    fi
}
