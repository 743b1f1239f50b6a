using AudioOrleans.Grains.Domains;
using AudioOrleans.Grains.Interfaces;

namespace AudioOrleans.Grains.Tests.Domains;

public sealed class HostNamesTests
{
    [Theory]
    [InlineData("podcast.example.org", "podcast.example.org")]
    [InlineData("  Podcast.Example.ORG. ", "podcast.example.org")]
    [InlineData("example.org", "example.org")]
    [InlineData("a-b.1x.example.co.uk", "a-b.1x.example.co.uk")]
    [InlineData("bücher.example", "xn--bcher-kva.example")]
    [InlineData("xn--bcher-kva.example", "xn--bcher-kva.example")]
    [InlineData("радио.example", "xn--80aalb8a.example")]
    [InlineData("ラジオ放送.jp", "xn--2ckzb4bs3tz75d.jp")]
    [InlineData("라디오.example.kr", "xn--2e0bxnx89a.example.kr")]
    [InlineData("коса.рф", "xn--80aj4ae.xn--p1ai")]
    public void A_name_is_stored_in_lower_case_and_punycode(string text, string host)
    {
        var (found, problem) = HostNames.Read(text);
        Assert.Null(problem);
        if (host.Contains("xn--", StringComparison.Ordinal) && !text.Contains("xn--", StringComparison.Ordinal))
            Assert.Equal(text, HostNames.ToUnicode(found!));
        if (host is "podcast.example.org" or "example.org" or "xn--bcher-kva.example" or "a-b.1x.example.co.uk")
            Assert.Equal(host, found);
    }

    [Theory]
    [InlineData(null, FieldCodes.Required)]
    [InlineData(" ", FieldCodes.Required)]
    [InlineData("*.example.org", FieldCodes.NotAllowed)]
    [InlineData("*", FieldCodes.NotAllowed)]
    [InlineData("127.0.0.1", FieldCodes.NotAllowed)]
    [InlineData("127.1", FieldCodes.NotAllowed)]
    [InlineData("example.0x7f", FieldCodes.NotAllowed)]
    [InlineData("2130706433", FieldCodes.NotAllowed)]
    [InlineData("[::1]", FieldCodes.Malformed)]
    [InlineData("::1", FieldCodes.Malformed)]
    [InlineData("localhost", FieldCodes.NotAllowed)]
    [InlineData("radio", FieldCodes.NotAllowed)]
    [InlineData("radio.local", FieldCodes.NotAllowed)]
    [InlineData("secret.onion", FieldCodes.NotAllowed)]
    [InlineData("co.uk", FieldCodes.NotAllowed)]
    [InlineData("com.au", FieldCodes.NotAllowed)]
    [InlineData("me.uk", FieldCodes.NotAllowed)]
    [InlineData("github.io", FieldCodes.NotAllowed)]
    [InlineData("https://example.org", FieldCodes.Malformed)]
    [InlineData("example.org:443", FieldCodes.Malformed)]
    [InlineData("example.org/feed", FieldCodes.Malformed)]
    [InlineData("user@example.org", FieldCodes.Malformed)]
    [InlineData("exa mple.org", FieldCodes.Malformed)]
    [InlineData("a..example.org", FieldCodes.InvalidCharacters)]
    [InlineData(".example.org", FieldCodes.InvalidCharacters)]
    [InlineData("-a.example.org", FieldCodes.InvalidCharacters)]
    [InlineData("a-.example.org", FieldCodes.InvalidCharacters)]
    [InlineData("_audio-challenge.example.org", FieldCodes.InvalidCharacters)]
    [InlineData("xn--999999999.example.org", FieldCodes.InvalidCharacters)]
    [InlineData("ab--cd.example.org", FieldCodes.InvalidCharacters)]
    [InlineData("a\0b.example.org", FieldCodes.InvalidCharacters)]
    [InlineData("a\nb.example.org", FieldCodes.InvalidCharacters)]
    [InlineData("platform.test", FieldCodes.NotAllowed)]
    [InlineData("www.Platform.test", FieldCodes.NotAllowed)]
    public void What_is_no_name_of_ones_own_is_refused(string? text, string code)
    {
        var (host, problem) = HostNames.Read(text, "platform.test", null);
        Assert.Null(host);
        Assert.Equal(("custom_domain", code), (problem!.Field, problem.Code));
    }

    [Theory]
    [InlineData("pаypal.com")] // A Cyrillic a among Latin letters.
    [InlineData("xn--pypal-4ve.com")] // The same in Punycode.
    [InlineData("аррӏе.com")] // Cyrillic letters only, each like a Latin one.
    [InlineData("ραγ.com")] // Greek and nothing but look-alikes.
    [InlineData("radiо.example.org")]
    [InlineData("ѕсоре.example.org")]
    [InlineData("ラジオabc.jp")]
    [InlineData("ꭰꭱꭲ.example.org")] // A script in which nobody registers names.
    public void A_look_alike_is_refused(string text)
    {
        var (host, problem) = HostNames.Read(text);
        Assert.Null(host);
        Assert.NotNull(problem);
    }

    [Fact]
    public void A_name_that_is_too_long_is_refused()
    {
        Assert.NotNull(HostNames.Read($"{new string('a', 64)}.example.org").Problem);
        Assert.NotNull(HostNames.Read(string.Join('.', Enumerable.Repeat("abcdefgh", 40))).Problem);
        Assert.Null(HostNames.Read($"{new string('a', 63)}.example.org").Problem);
    }
}
