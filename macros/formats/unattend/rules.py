"""Rules for answer files of Windows Setup (unattend.xml), as data, and the part of their form that is checked.

Microsoft publishes no schema of the whole file. The subset below, in RELAX NG, describes what an activation needs: the
frame of passes and components, the two settings for a product key, and SkipRearm. Other components may hold anything.
"""

from __future__ import annotations

from collections.abc import Mapping

from macros.formats.base.findings import Rule

ACTIVATION_KEY = ("unattend-shell-setup-productkey",)
IMAGE_KEY = ("unattend-setup-productkey-key", "unattend-setup-productkey")
IMAGE_NAME = ("unattend-osimage-metadata", "automate-windows-setup")
PASSES = ("how-configuration-passes-work", "answer-files-overview")
SKIP_REARM = ("kms-current-count-not-increase", "unattend-skiprearm")
GVLKS = ("kms-client-activation-keys",)
CHANNEL = ("troubleshoot-adba-clients-not-activate",)
CLEAR_TEXT = ("kms-and-mak-activation-scenarios", "windows-setup-automation-overview")
EVALUATION = ("upgrade-conversion-options",)

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

RULES: Mapping[str, Rule] = {
    rule.id: rule
    for rule in (
        Rule(
            "unattend-root",
            "error",
            "The root element is {name}; an answer file begins with unattend.",
            "Put what you have into <unattend>, in a settings element of its pass.",
        ),
        Rule(
            "unattend-namespace",
            "error",
            "The root element is in {given}, so Windows Setup finds nothing in the file.",
            'Write xmlns="{wanted}" on unattend.',
        ),
        Rule(
            "unattend-form",
            "error",
            "This does not fit the form of an answer file: {detail}.",
            "Compare with the sample of this guide, and open the file in Windows System Image Manager.",
        ),
        Rule(
            "unattend-pass",
            "error",
            "{given} is no configuration pass.{near}",
            "Use one of: {passes}.",
            PASSES,
        ),
        Rule(
            "unattend-no-pass",
            "error",
            "This settings element names no pass, so nobody knows when it applies.",
            "Add pass with one of: {passes}.",
            PASSES,
        ),
        Rule(
            "unattend-component",
            "error",
            "{given} is no component of Windows Setup; {near} is meant. What stands in it is ignored.",
            'Write name="{near}".',
            ("answer-files-overview",),
        ),
        Rule(
            "unattend-attribute",
            "error",
            "{name} of this component is {given}; it must be {wanted}.",
            'Write {name}="{first}".',
        ),
        Rule(
            "unattend-no-attribute",
            "error",
            "This component has no {name}.",
            'Add {name}="{first}".',
        ),
        Rule(
            "unattend-key-pass",
            "error",
            "The setting {setting} on line {line} stands in the pass {given}; it belongs in {wanted}, and is ignored "
            "elsewhere.",
            'Move it into a settings element with pass="{wanted}", or correct the name of the pass.',
            ACTIVATION_KEY + IMAGE_KEY,
        ),
        Rule(
            "unattend-key-component",
            "error",
            "{name} stands in the component {given}, which has no such setting.",
            "The key to activate with belongs in ProductKey of {activation}, in the pass {activation_pass}; the key "
            "that chooses the image in UserData/ProductKey/Key of {image}, in the pass {image_pass}.",
            ACTIVATION_KEY + IMAGE_KEY,
        ),
        Rule(
            "unattend-key-text",
            "error",
            "The key is text of ProductKey; here it must be in an element Key below ProductKey.",
            "Write <ProductKey><Key>…</Key></ProductKey>.",
            IMAGE_KEY,
        ),
        Rule(
            "unattend-key-element",
            "error",
            "ProductKey of {component} holds the key as text and has no child {name}.",
            "Write <ProductKey>…</ProductKey> with the key alone.",
            ACTIVATION_KEY,
        ),
        Rule(
            "unattend-key-empty",
            "error",
            "The product key is empty, which is not supported: Setup stops for it or fails.",
            "Leave the element out, or write a key into it.",
            ACTIVATION_KEY + IMAGE_KEY,
        ),
        Rule(
            "unattend-key-shape",
            "error",
            "{given} has not the form of a product key: five groups of five letters and digits. An invalid key makes "
            "Setup fail.",
            "Copy the key again, with hyphens.",
            ACTIVATION_KEY,
        ),
        Rule(
            "unattend-key-placeholder",
            "error",
            "{given} is a placeholder. An invalid key makes Windows Setup fail.",
            "Replace it by the key, or leave the element out.",
            ACTIVATION_KEY,
        ),
        Rule(
            "unattend-key-mak",
            "info",
            "{key} is no published GVLK. If it is a MAK, it stands here in clear text until Setup replaces it.",
            "Let only the deployment account read the file, and delete every copy; or install the MAK after Setup.",
            CLEAR_TEXT,
        ),
        Rule(
            "unattend-mak-pass",
            "warning",
            "{key} is no published GVLK and stands only where the image is chosen. A MAK has to be given in ProductKey "
            "of {component} as well.",
            "Put the key to activate with into the pass {wanted}.",
            ACTIVATION_KEY + IMAGE_KEY,
        ),
        Rule(
            "unattend-key-retail",
            "warning",
            "{key} is a default key of the retail channel: it chooses an edition and activates nothing. With it, "
            "Windows does not activate by KMS or ADBA.",
            "Write the GVLK of the edition, or leave the key out where the image is a volume edition.",
            CHANNEL,
        ),
        Rule(
            "unattend-key-office",
            "error",
            "{key} is the GVLK of {product}, not of Windows.",
            "Write the GVLK of the Windows edition; Office brings its own.",
            GVLKS,
        ),
        Rule(
            "unattend-key-edition",
            "error",
            "The image is {image}, and the key is the GVLK of {product}.",
            "Write the GVLK of the edition in the image, or choose another image.",
            GVLKS + IMAGE_NAME,
        ),
        Rule(
            "unattend-key-two",
            "info",
            "The image is chosen by the GVLK of {image}, and Windows is activated with that of {product}. Two keys are "
            "allowed; make sure that both are meant.",
            "Write the same key in both places, if one edition is meant.",
            IMAGE_KEY,
        ),
        Rule(
            "unattend-evaluation",
            "warning",
            "The image is {image}. An evaluation edition takes no volume key before it is converted.",
            "Use volume media, or convert the edition first.",
            EVALUATION,
        ),
        Rule(
            "unattend-show",
            "error",
            "WillShowUI is {given}; allowed are {allowed}.",
            "Write OnError, the default, or leave it out.",
            ("unattend-setup-productkey-willshowui",),
        ),
        Rule(
            "unattend-skip-rearm",
            "warning",
            "SkipRearm is {given}: sysprep keeps the licensing state, so that computers made from this image share one "
            "client machine ID and a KMS host counts them once.",
            "Write 0 or leave it out before the last sysprep of an image for production.",
            SKIP_REARM,
        ),
        Rule(
            "unattend-old-component",
            "warning",
            "{given} is the component of an older Windows; SkipRearm moved to {wanted}.",
            'Write name="{wanted}", or leave SkipRearm out.',
            ("unattend-skiprearm",),
        ),
        Rule(
            "unattend-comment-key",
            "info",
            "A comment holds {key}, which is no published GVLK.",
            "Take keys out of comments: they stay when the setting is gone.",
            CLEAR_TEXT,
        ),
        Rule(
            "unattend-no-key",
            "info",
            "The file sets no product key. Volume media bring their GVLK along, so this is usually right.",
            "Nothing to do, unless the image is from a retail channel or used a MAK.",
            GVLKS,
        ),
    )
}

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
