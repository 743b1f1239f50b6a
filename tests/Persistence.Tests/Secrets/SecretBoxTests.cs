using AudioOrleans.Persistence.Secrets;
using AudioOrleans.Testing;

namespace AudioOrleans.Persistence.Tests.Secrets;

public sealed class SecretBoxTests : IDisposable
{
    private const string Context = "stream/st_1/stream_key";
    private readonly TestFolder _folder = new("secrets");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_secret_can_be_opened_only_in_its_own_context()
    {
        var box = new SecretBox(Key("a"));
        var sealedText = box.SealText("hunter2 é", Context);
        Assert.Equal("hunter2 é", box.OpenText(sealedText, Context));
        Assert.DoesNotContain("hunter2", sealedText, StringComparison.Ordinal);
        Assert.Throws<SecretBoxException>(() => box.OpenText(sealedText, "stream/st_2/stream_key"));
    }

    [Fact]
    public void The_same_secret_is_sealed_differently_each_time()
    {
        var box = new SecretBox(Key("a"));
        Assert.Equal(100, Enumerable.Range(0, 100).Select(_ => box.SealText("x", Context)).Distinct().Count());
    }

    [Fact]
    public void A_change_of_any_byte_is_detected()
    {
        var box = new SecretBox(Key("a"));
        var good = box.Seal("secret"u8, Context);
        for (var i = 0; i < good.Length; i++)
        {
            var bad = (byte[])good.Clone();
            bad[i] ^= 1;
            Assert.Throws<SecretBoxException>(() => box.Open(bad, Context));
        }

        for (var length = 0; length < good.Length; length++)
            Assert.Throws<SecretBoxException>(() => box.Open(good.AsSpan(0, length), Context));
        Assert.Equal("secret"u8.ToArray(), box.Open(good, Context));
        Assert.Throws<SecretBoxException>(() => box.OpenText("not base64!", Context));
    }

    [Fact]
    public void A_missing_key_is_distinguished_from_a_changed_secret_and_an_older_key_still_works()
    {
        var old = new SecretBox(Key("old")).SealText("x", Context);
        var error = Assert.Throws<SecretBoxException>(() => new SecretBox(Key("new")).OpenText(old, Context));
        Assert.Contains("not configured", error.Message, StringComparison.Ordinal);
        Assert.Equal("x", new SecretBox(Key("new"), Key("old")).OpenText(old, Context));
    }

    [Fact]
    public async Task A_key_file_is_created_once_and_only_its_owner_can_read_it()
    {
        // Many rounds, so that two threads sometimes create the file at the same moment.
        for (var round = 0; round < 100; round++)
        {
            var folder = $"round{round}";
            var made = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => Key(folder))));
            Assert.Single(made.Select(key => Convert.ToHexString(key.Id.Span)).Distinct());
            Assert.Equal(["master.key"], Directory.GetFiles(_folder[$"{folder}/keys"]).Select(Path.GetFileName));
        }
        var first = Key("a");
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_folder["a/keys/master.key"]));
        Assert.Equal(first.Id.ToArray(), Key("a").Id.ToArray());
        Assert.NotEqual(first.Id.ToArray(), Key("b").Id.ToArray());
    }

    [Fact]
    public void A_configured_key_is_used_and_no_file_is_created()
    {
        var text = Convert.ToBase64String(Enumerable.Range(0, 32).Select(i => (byte)i).ToArray());
        Assert.Equal(32 * 2, Convert.ToHexString(Convert.FromBase64String(text)).Length);
        var key = MasterKey.LoadOrCreate(text, _folder["none"]);
        Assert.Equal(key.Id.ToArray(), MasterKey.LoadOrCreate(text + "\n", _folder["none"]).Id.ToArray());
        Assert.False(Directory.Exists(_folder["none"]));
    }

    [Theory]
    [InlineData("c2hvcnQ=", "holds 5 bytes")]
    [InlineData("%%%", "is not base64")]
    public void A_wrong_key_is_reported_with_what_was_expected_and_without_its_value(string text, string complaint)
    {
        var error = Assert.Throws<MasterKeyException>(() => MasterKey.LoadOrCreate(text, _folder.Path));
        Assert.Contains("Secrets__MasterKey " + complaint, error.Message, StringComparison.Ordinal);
        Assert.Contains("expected 32 bytes in base64", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(text, error.Message, StringComparison.Ordinal);

        Directory.CreateDirectory(_folder["keys"]);
        File.WriteAllText(_folder["keys/master.key"], text);
        error = Assert.Throws<MasterKeyException>(() => MasterKey.LoadOrCreate(null, _folder.Path));
        Assert.Contains(_folder["keys/master.key"] + " " + complaint, error.Message, StringComparison.Ordinal);
    }

    private MasterKey Key(string name) => MasterKey.LoadOrCreate(null, _folder[name]);
}
