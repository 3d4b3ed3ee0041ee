"""Rules for answer files of Windows Setup (unattend.xml), as data, and the part of their form that is checked.

Microsoft publishes no schema of the whole file. The subset below, in RELAX NG, describes what an activation needs: the
frame of passes and components, the two settings for a product key, and SkipRearm. Other components may hold anything.
"""

from __future__ import annotations

from macros.formats.base.rules import Rules

ACTIVATION_KEY = ("unattend-shell-setup-productkey",)

RETAIL_DEFAULTS = frozenset(
    {
        "0131351746fc3dbe",
        "1de7d2fe4ccb7129",
        "1f417ad76764c7b7",
        "3541818cebeefca8",
        "3bebf995d5d34d66",
        "4c10246e114654c5",
        "6c4fe083366674b0",
        "8bac99764f5bc2e5",
        "9dcac21d03e2cd8a",
        "add5b8e30efe4236",
        "bb55fe6da2ecb89d",
        "d86b53145197b679",
        "f77255147bf36e1e",
    }
)
"""Keys of Windows 10 and 11 that circulate as defaults of the retail channel: they choose an edition and activate
nothing. The first 16 digits of the SHA-256 of each, because no key but a GVLK stands in this project."""

RULES = Rules.beside(__file__, "unattend")

SCHEMA = """
<grammar xmlns="http://relaxng.org/ns/structure/1.0" ns="{namespace}"
         datatypeLibrary="http://www.w3.org/2001/XMLSchema-datatypes">
  <start>
    <element name="unattend">
      <zeroOrMore><attribute><anyName/></attribute></zeroOrMore>
      <optional><element name="servicing"><ref name="anything"/></element></optional>
      <zeroOrMore>
        <element name="settings">
          <attribute name="pass"><choice>{passes}</choice></attribute>
          <zeroOrMore><ref name="other-attribute"/></zeroOrMore>
          <zeroOrMore><ref name="component"/></zeroOrMore>
        </element>
      </zeroOrMore>
      <zeroOrMore><ref name="other-element"/></zeroOrMore>
    </element>
  </start>
  <define name="component">
    <element name="component">
      <interleave>
        <group>
          <attribute name="name"/>
          <attribute name="processorArchitecture"><choice>{architectures}<ref name="variable"/></choice></attribute>
          <attribute name="publicKeyToken"><value>{token}</value></attribute>
          <attribute name="language"/>
          <attribute name="versionScope"><choice><value>{scope}</value><value>SxS</value></choice></attribute>
          <zeroOrMore><ref name="foreign"/></zeroOrMore>
        </group>
        <optional><element name="SkipRearm"><choice><value>0</value><value>1</value></choice></element></optional>
        <optional><ref name="user-data"/></optional>
        <optional>
          <element name="ProductKey"><ref name="key"/><zeroOrMore><ref name="foreign"/></zeroOrMore></element>
        </optional>
        <zeroOrMore>
          <element>
            <anyName><except><name>SkipRearm</name><name>UserData</name><name>ProductKey</name></except></anyName>
            <ref name="anything"/>
          </element>
        </zeroOrMore>
      </interleave>
    </element>
  </define>
  <define name="user-data">
    <element name="UserData">
      <interleave>
        <zeroOrMore><ref name="foreign"/></zeroOrMore>
        <optional>
          <element name="ProductKey">
            <interleave>
              <zeroOrMore><ref name="foreign"/></zeroOrMore>
              <optional><element name="Key"><ref name="key"/></element></optional>
              <optional><element name="WillShowUI"><choice>{shown}<ref name="variable"/></choice></element></optional>
            </interleave>
          </element>
        </optional>
        <zeroOrMore>
          <element><anyName><except><name>ProductKey</name></except></anyName><ref name="anything"/></element>
        </zeroOrMore>
      </interleave>
    </element>
  </define>
  <define name="key">
    <data type="token"><param name="pattern">[A-Za-z0-9]{{5}}(-[A-Za-z0-9]{{5}}){{4}}|.*[$%{{].*</param></data>
  </define>
  <define name="variable"><data type="token"><param name="pattern">[$%{{].*</param></data></define>
  <define name="foreign">
    <attribute><anyName><except><nsName ns=""/></except></anyName></attribute>
  </define>
  <define name="other-attribute">
    <attribute><anyName><except><name ns="">pass</name></except></anyName></attribute>
  </define>
  <define name="other-element">
    <element><anyName><except><nsName ns="{namespace}"/></except></anyName><ref name="anything"/></element>
  </define>
  <define name="anything">
    <zeroOrMore>
      <choice>
        <attribute><anyName/></attribute>
        <text/>
        <element><anyName/><ref name="anything"/></element>
      </choice>
    </zeroOrMore>
  </define>
</grammar>
"""
"""The subset, with the values of the catalog to fill in."""
