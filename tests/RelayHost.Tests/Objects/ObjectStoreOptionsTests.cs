using AudioOrleans.Configuration;
using AudioOrleans.RelayHost.Objects;
using AudioOrleans.Silo.Health;
using AudioOrleans.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace AudioOrleans.RelayHost.Tests.Objects;

public sealed class ObjectStoreOptionsTests : IDisposable
{
    private const string Secret = "the-secret-of-the-key";
    private static readonly string[] Bucket =
        ["Kind=s3", "S3:Endpoint=https://s3.example.org", "S3:Bucket=audio", "S3:AccessKey=the-id-of-the-key", $"S3:SecretKey={Secret}"];

    private readonly TestFolder _data = new("options");

    [Fact]
    public async Task Without_settings_objects_are_kept_in_the_data_folder()
    {
        await using var services = Host();
        var store = services.GetRequiredService<IObjectStore>();
        await store.PutAsync("a", new Noise(10), "audio/mpeg");
        Assert.IsType<DiskObjectStore>(store);
        Assert.True(File.Exists(_data["objects/a"]));
        Assert.Same(store, services.GetRequiredService<IObjectStore>());
    }

    [Fact]
    public async Task Another_folder_can_be_set()
    {
        await using var services = Host($"Folder={_data["elsewhere"]}");
        await services.GetRequiredService<IObjectStore>().PutAsync("a", new Noise(10), "audio/mpeg");
        Assert.True(File.Exists(_data["elsewhere/a"]));
    }

    [Fact]
    public async Task A_bucket_can_be_set()
    {
        await using var services = Host([.. Bucket, "S3:Prefix=production/audio/"]);
        var address = (await services.GetRequiredService<IObjectStore>().PresignAsync("a/b", TimeSpan.FromMinutes(1)))!;
        Assert.StartsWith("https://s3.example.org/audio/production/audio/a/b?", address.AbsoluteUri, StringComparison.Ordinal);
        Assert.Contains("%2Fus-east-1%2Fs3%2F", address.AbsoluteUri, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Kind=tape", "Objects__Kind: expected disk or s3.")]
    [InlineData("Kind=", "Objects__Kind: ")]
    [InlineData("Folder= ", "Objects__Folder: ", "Kind=disk")]
    [InlineData("S3:Endpoint=s3.example.org", "Objects__S3__Endpoint: ")]
    [InlineData("S3:Endpoint=ftp://s3.example.org", "Objects__S3__Endpoint: ")]
    [InlineData("S3:Endpoint=https://s3.example.org/bucket", "Objects__S3__Endpoint: ")]
    [InlineData("S3:Endpoint=https://me:secret@s3.example.org", "Objects__S3__Endpoint: ")]
    [InlineData("S3:Bucket=", "Objects__S3__Bucket: ")]
    [InlineData("S3:Bucket=Audio", "Objects__S3__Bucket: ")]
    [InlineData("S3:Bucket=a/b", "Objects__S3__Bucket: ")]
    [InlineData("S3:Region=", "Objects__S3__Region: ")]
    [InlineData("S3:AccessKey=", "Objects__S3__AccessKey: ")]
    [InlineData("S3:SecretKey=", "Objects__S3__SecretKey: ")]
    [InlineData("S3:Prefix=/", "Objects__S3__Prefix: ")]
    [InlineData("S3:Prefix=/audio", "Objects__S3__Prefix: ")]
    [InlineData("S3:Prefix=a b", "Objects__S3__Prefix: ")]
    public void A_wrong_setting_is_reported_with_what_was_expected(string wrong, string expected, string also = "")
    {
        var failure = Assert.Throws<OptionsValidationException>(() => Host([.. Bucket, wrong, also]).ValidateOptions());
        Assert.StartsWith(expected, failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Keys_are_never_shown()
    {
        var options = new ObjectStoreOptions { Kind = "s3", S3 = new S3StoreOptions { Endpoint = "https://s3.example.org", AccessKey = "the-id-of-the-key", SecretKey = Secret } };
        Assert.Contains("https://s3.example.org", options.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("of-the-key", options.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_store_is_healthy_until_its_folder_is_gone()
    {
        await using var services = Host();
        var check = new ObjectStoreCheck(services.GetRequiredService<IObjectStore>());
        Assert.Equal(HealthStatus.Healthy, (await check.CheckHealthAsync(new HealthCheckContext())).Status);
        Directory.Delete(_data["objects"], recursive: true);
        Assert.Equal(HealthStatus.Unhealthy, (await check.CheckHealthAsync(new HealthCheckContext())).Status);
    }

    public void Dispose() => _data.Dispose();

    // The later of two settings with the same name wins.
    private ServiceProvider Host(params string[] settings)
    {
        var pairs = settings.Where(setting => setting.Length > 0).Select(setting => setting.Split('=', 2)).GroupBy(pair => pair[0], pair => pair[1])
            .Select(setting => KeyValuePair.Create<string, string?>($"Objects:{setting.Key}", setting.Last()));
        return new ServiceCollection().AddObjectStore(new ConfigurationBuilder().AddInMemoryCollection(pairs).Build(), _data.Path).BuildServiceProvider();
    }
}
