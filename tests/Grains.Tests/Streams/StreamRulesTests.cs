using AudioOrleans.Grains.Interfaces.Access;
using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.Streams;
using AudioOrleans.Grains.Streams;

namespace AudioOrleans.Grains.Tests.Streams;

public sealed class StreamRulesTests
{
    private static readonly RegisterStream Command = new(
        Guid.NewGuid(), "Radio", "http://radio.example.org:8000", "/live", null, "Jazz", "All night.\nEvery night.", Visibility.Public, false);

    private static readonly StreamPatch NoChange = new(null, null, null, null, null, null, null, null, null);

    private static readonly StreamState Current = new()
    {
        Name = "Radio", SourceUrl = "http://radio.example.org:8000", Mount = "/live", SealedKey = "sealed", Genre = "Jazz", Description = "All night.", Enabled = true,
    };

    [Fact]
    public void A_patch_applies_only_to_the_revision_that_it_expects()
    {
        var current = Current with { Revision = 7 };
        Revisions.Require(null, current.Revision, "Stream");
        Revisions.Require(7, current.Revision, "Stream");
        foreach (var other in new[] { -1, 0, 6, 8 })
        {
            var error = Assert.Throws<AudioException>(() => Revisions.Require(other, current.Revision, "Stream"));
            Assert.Equal(AudioError.Stale, error.Error);
        }
    }

    [Fact]
    public void A_valid_request_has_no_problems() => Assert.Empty(StreamRules.Check(Command));

    public static TheoryData<string, RegisterStream> BadInputs => new()
    {
        { "name", Command with { Name = "" } },
        { "name", Command with { Name = " \t " } },
        { "name", Command with { Name = new string('x', 201) } },
        { "name", Command with { Name = "two\nlines" } },
        { "name", Command with { Name = "nul\0" } },
        { "name", Command with { Name = "half \ud83c" } },
        { "genre", Command with { Genre = new string('x', 101) } },
        { "genre", Command with { Genre = "\udc00" } },
        { "description", Command with { Description = new string('x', 4001) } },
        { "description", Command with { Description = "bell \a" } },
        { "description", Command with { Description = "nul \0" } },
        { "stream_key", Command with { StreamKey = new string('x', 501) } },
        { "stream_key", Command with { StreamKey = "a\r\nb" } },
        { "shoutcast_url", Command with { SourceUrl = "" } },
        { "shoutcast_url", Command with { SourceUrl = "radio.example.org" } },
        { "shoutcast_url", Command with { SourceUrl = "/live" } },
        { "shoutcast_url", Command with { SourceUrl = "http://" } },
        { "shoutcast_url", Command with { SourceUrl = "http:///live" } },
        { "shoutcast_url", Command with { SourceUrl = "file:///etc/passwd" } },
        { "shoutcast_url", Command with { SourceUrl = "gopher://radio.example.org" } },
        { "shoutcast_url", Command with { SourceUrl = "data:audio/mpeg,x" } },
        { "shoutcast_url", Command with { SourceUrl = "concat:http://a|http://b" } },
        { "shoutcast_url", Command with { SourceUrl = "http://user:password@radio.example.org" } },
        { "shoutcast_url", Command with { SourceUrl = "http://radio.example.org/" + new string('x', 2000) } },
        { "shoutcast_url", Command with { SourceUrl = "http://radio.example.org/nul\0", Mount = null } },
        { "shoutcast_url", Command with { SourceUrl = "http://radio.example.org/a\r\nb", Mount = null } },
        { "shoutcast_url", Command with { SourceUrl = "http://radio.example.org/\ud83c", Mount = null } },
        { "mount", Command with { Mount = "live" } },
        { "mount", Command with { Mount = "http://elsewhere/" } },
        { "mount", Command with { Mount = "/with space" } },
        { "mount", Command with { Mount = "/\\elsewhere" } },
        { "mount", Command with { Mount = "/a\r\nHost: b" } },
        { "mount", Command with { Mount = "/\0" } },
        { "mount", Command with { Mount = "/\ud83c" } },
        { "mount", Command with { Mount = "/" + new string('x', 500) } },
        { "mount", Command with { SourceUrl = "http://radio.example.org/other" } },
    };

    [Theory]
    [MemberData(nameof(BadInputs), DisableDiscoveryEnumeration = true)]
    public void An_invalid_request_reports_only_its_field(string field, RegisterStream command)
    {
        var problem = Assert.Single(StreamRules.Check(command));
        Assert.Equal(field, problem.Field);
        Assert.StartsWith("Expected ", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void All_problems_are_reported_at_once() => Assert.Equal(
        ["name", "genre", "shoutcast_url"],
        StreamRules.Check(Command with { Name = "", Genre = new string('x', 101), SourceUrl = "nowhere" }).Select(problem => problem.Field));

    [Theory]
    [InlineData("http://h:8000", "/live", "http://h:8000/live")]
    [InlineData("http://h:8000/", "/live", "http://h:8000/live")]
    [InlineData(" http://h:8000/ ", "/live", "http://h:8000/live")]
    [InlineData("https://h/live", null, "https://h/live")]
    [InlineData("https://h/live", "", "https://h/live")]
    [InlineData("https://h/live?token=x", null, "https://h/live?token=x")]
    [InlineData("http://h/live", "/live", "http://h/live")]
    [InlineData("http://h:8000", "/;", "http://h:8000/;")]
    [InlineData("http://[2001:db8::1]:8000", "/live", "http://[2001:db8::1]:8000/live")]
    public void The_audio_URL_is_the_server_and_its_mount(string url, string? mount, string expected) =>
        Assert.Equal(expected, StreamRules.AudioUrl(url, mount).AbsoluteUri);

    [Theory]
    [InlineData("//evil.example.org/live")]
    [InlineData("//evil.example.org:1/")]
    [InlineData("///evil")]
    [InlineData("/..")]
    [InlineData("/../../x")]
    [InlineData("/a?b#c")]
    [InlineData("/?@evil.example.org")]
    [InlineData("/@evil.example.org")]
    [InlineData("/:80@evil")]
    [InlineData("/%2f")]
    [InlineData("/%2e%2e/%252e")]
    [InlineData("/http://evil/")]
    [InlineData("/é日本")]
    public void No_mount_leads_to_another_server(string mount)
    {
        var url = StreamRules.AudioUrl("http://radio.example.org:8000", mount);
        Assert.Equal("http://radio.example.org:8000", url.GetLeftPart(UriPartial.Authority));
        Assert.Equal("", url.UserInfo);
    }

    [Fact]
    public void A_mount_keeps_its_escapes_and_its_query()
    {
        Assert.Equal("/%2f", StreamRules.AudioUrl("http://h", "/%2f").PathAndQuery);
        Assert.Equal("/a?b", StreamRules.AudioUrl("http://h", "/a?b#c").PathAndQuery);
        Assert.Equal("//evil", StreamRules.AudioUrl("http://h", "//evil").PathAndQuery);
    }

    [Fact]
    public void The_audio_URL_of_an_invalid_address_throws() => Assert.Throws<FormatException>(() => StreamRules.AudioUrl("file:///etc/passwd", null));

    [Fact]
    public void An_empty_patch_changes_nothing()
    {
        Assert.Empty(StreamRules.Check(NoChange, Current));
        var (next, fields) = StreamRules.Apply(NoChange, Current, "ignored");
        Assert.Empty(fields);
        Assert.Equal(Current, next);
    }

    [Fact]
    public void A_patch_returns_the_fields_that_really_changed()
    {
        var patch = new StreamPatch(" Radio ", "https://other.example.org", "", "new", "Jazz", "", Visibility.Private, true, false);
        var (next, fields) = StreamRules.Apply(patch, Current, "resealed");
        Assert.Equal(["shoutcast_url", "mount", "stream_key", "description", "visibility", "monetization_enabled", "enabled"], fields.AsEnumerable());
        Assert.Equal(
            Current with { SourceUrl = "https://other.example.org", Mount = null, SealedKey = "resealed", Description = "", Visibility = Visibility.Private, Monetized = true, Enabled = false },
            next);
    }

    [Fact]
    public void The_message_for_a_mount_with_a_space_names_the_space_and_its_escape()
    {
        var problem = Assert.Single(StreamRules.Check(Command with { Mount = "/with space" }));
        Assert.Contains("space", problem.Message, StringComparison.Ordinal);
        Assert.Contains("%20", problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://h/?token=a", "/live", "/live?token=a")]
    [InlineData("http://h/live?token=a", "/live", "/live?token=a")]
    [InlineData("http://h/?token=a", "/live?token=b", "/live?token=b")]
    public void The_query_of_the_server_is_kept(string url, string mount, string expected) =>
        Assert.Equal(expected, StreamRules.AudioUrl(url, mount).PathAndQuery);

    [Theory]
    [InlineData("cp1251", "windows-1251")]
    [InlineData(" KOI8-R ", "koi8-r")]
    [InlineData("", null)]
    public void A_charset_is_stored_under_its_standard_name(string given, string? kept)
    {
        var (next, fields) = StreamRules.Apply(NoChange with { MetadataCharset = given }, Current with { MetadataCharset = "utf-8" }, sealedKey: null);
        Assert.Equal(kept, next.MetadataCharset);
        Assert.Equal(["metadata_charset"], fields.AsEnumerable());
        Assert.True(StreamRules.TouchesSource(fields));
    }

    [Fact]
    public void An_unknown_charset_is_refused() =>
        Assert.Equal("metadata_charset", Assert.Single(StreamRules.Check(Command with { MetadataCharset = "klingon" })).Field);

    [Fact]
    public void An_empty_key_removes_the_key()
    {
        var (next, fields) = StreamRules.Apply(NoChange with { StreamKey = "" }, Current, sealedKey: null);
        Assert.Null(next.SealedKey);
        Assert.Equal(["stream_key"], fields.AsEnumerable());
    }

    [Fact]
    public void A_patch_is_checked_together_with_the_fields_it_does_not_change()
    {
        Assert.Equal("mount", Assert.Single(StreamRules.Check(NoChange with { SourceUrl = "http://h/other" }, Current)).Field);
        Assert.Empty(StreamRules.Check(NoChange with { SourceUrl = "http://h/other", Mount = "" }, Current));
    }

    [Theory]
    [InlineData("shoutcast_url", true)]
    [InlineData("mount", true)]
    [InlineData("stream_key", true)]
    [InlineData("name", false)]
    [InlineData("enabled", false)]
    public void Only_some_changes_touch_the_source(string field, bool touches) => Assert.Equal(touches, StreamRules.TouchesSource([field]));
}
