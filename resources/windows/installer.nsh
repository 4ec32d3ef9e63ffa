; What electron-builder's installer does for Encrew alone: "Encode with Encrew" for films and folders, and encrew:// links.
; SHELL_CONTEXT is the registry of this user, or of the machine where it was installed for all.

!macro encrewFilms DO
  !insertmacro ${DO} "3g2"
  !insertmacro ${DO} "3gp"
  !insertmacro ${DO} "asf"
  !insertmacro ${DO} "avi"
  !insertmacro ${DO} "divx"
  !insertmacro ${DO} "dv"
  !insertmacro ${DO} "f4v"
  !insertmacro ${DO} "flv"
  !insertmacro ${DO} "gxf"
  !insertmacro ${DO} "m2ts"
  !insertmacro ${DO} "m2v"
  !insertmacro ${DO} "m4v"
  !insertmacro ${DO} "mkv"
  !insertmacro ${DO} "mov"
  !insertmacro ${DO} "mp4"
  !insertmacro ${DO} "mpeg"
  !insertmacro ${DO} "mpg"
  !insertmacro ${DO} "mts"
  !insertmacro ${DO} "mxf"
  !insertmacro ${DO} "nut"
  !insertmacro ${DO} "ogm"
  !insertmacro ${DO} "ogv"
  !insertmacro ${DO} "rm"
  !insertmacro ${DO} "rmvb"
  !insertmacro ${DO} "ts"
  !insertmacro ${DO} "vob"
  !insertmacro ${DO} "webm"
  !insertmacro ${DO} "wmv"
  !insertmacro ${DO} "wtv"
  !insertmacro ${DO} "y4m"
!macroend

; %1 stands behind "--": a film whose name begins like an option stays a film.
!macro encrewVerb KEY
  WriteRegStr SHELL_CONTEXT "${KEY}\shell\Encrew" "" "$0"
  WriteRegStr SHELL_CONTEXT "${KEY}\shell\Encrew" "Icon" "$INSTDIR\${APP_EXECUTABLE_FILENAME},0"
  WriteRegStr SHELL_CONTEXT "${KEY}\shell\Encrew" "MultiSelectModel" "Player"
  WriteRegStr SHELL_CONTEXT "${KEY}\shell\Encrew\command" "" '"$INSTDIR\${APP_EXECUTABLE_FILENAME}" -- "%1"'
!macroend

!macro encrewAddFilm EXTENSION
  !insertmacro encrewVerb "Software\Classes\SystemFileAssociations\.${EXTENSION}"
!macroend

!macro encrewRemoveFilm EXTENSION
  DeleteRegKey SHELL_CONTEXT "Software\Classes\SystemFileAssociations\.${EXTENSION}\shell\Encrew"
!macroend

!macro customInstall
  Push $0
  StrCpy $0 "Encode with Encrew"
  ${If} $LANGUAGE == 1031
    StrCpy $0 "Mit Encrew kodieren"
  ${ElseIf} $LANGUAGE == 1034
  ${OrIf} $LANGUAGE == 3082
    StrCpy $0 "Codificar con Encrew"
  ${ElseIf} $LANGUAGE == 1036
    StrCpy $0 "Encoder avec Encrew"
  ${ElseIf} $LANGUAGE == 1041
    StrCpy $0 "Encrew でエンコード"
  ${EndIf}
  !insertmacro encrewFilms encrewAddFilm
  !insertmacro encrewVerb "Software\Classes\Directory"
  Pop $0

  WriteRegStr SHELL_CONTEXT "Software\Classes\encrew" "" "URL:Encrew"
  WriteRegStr SHELL_CONTEXT "Software\Classes\encrew" "URL Protocol" ""
  WriteRegStr SHELL_CONTEXT "Software\Classes\encrew\DefaultIcon" "" "$INSTDIR\${APP_EXECUTABLE_FILENAME},0"
  WriteRegStr SHELL_CONTEXT "Software\Classes\encrew\shell\open\command" "" '"$INSTDIR\${APP_EXECUTABLE_FILENAME}" -- "%1"'
!macroend

!macro customUnInstall
  !insertmacro encrewFilms encrewRemoveFilm
  DeleteRegKey SHELL_CONTEXT "Software\Classes\Directory\shell\Encrew"
  DeleteRegKey SHELL_CONTEXT "Software\Classes\encrew"
!macroend
