using AudioOrleans.Silo;
using AudioOrleans.Silo.Cluster;
using AudioOrleans.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace AudioOrleans.Gateway.Tests.Hosting;

public sealed class PlatformOptionsTests : IDisposable
{
    private const string Database = "Host=127.0.0.1;Database=audio";

    private static readonly string Key = Convert.ToBase64String(new byte[32]);

    private readonly TestFolder _folder = new("platform-options");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_settings_are_read_and_the_data_folder_is_created()
    {
        var options = Read(new AudioClusterOptions(), ("Data", _folder["new/data"]), ("ConnectionStrings:Audio", Database), ("Secrets:MasterKey", Key));
        Assert.Equal(new PlatformOptions { DataFolder = _folder["new/data"], ConnectionString = Database, MasterKey = Key }, options);
        Assert.True(Directory.Exists(_folder["new/data"]));
    }

    [Fact]
    public void A_database_and_a_key_are_optional_and_blank_ones_are_none()
    {
        foreach (var blank in new[] { null, "", " " })
        {
            var options = Read(new AudioClusterOptions(), ("Data", _folder.Path), ("ConnectionStrings:Audio", blank), ("Secrets:MasterKey", blank));
            Assert.Equal(new PlatformOptions { DataFolder = _folder.Path, ConnectionString = "" }, options);
        }
    }

    [Theory]
    [InlineData("ConnectionStrings:Audio", "Host=127.0.0.1;Pasword=hidden", "ConnectionStrings__Audio: expected an Npgsql connection string, such as Host=/run/postgresql;Database=audio.")]
    [InlineData("ConnectionStrings:Audio", "hidden", "ConnectionStrings__Audio: expected an Npgsql connection string, such as Host=/run/postgresql;Database=audio.")]
    [InlineData("Secrets:MasterKey", "%%%", "Secrets__MasterKey: expected 32 bytes in base64 (44 characters), as made by: openssl rand -base64 32.")]
    [InlineData("Secrets:MasterKey", "c2hvcnQ=", "Secrets__MasterKey: expected 32 bytes in base64 (44 characters), as made by: openssl rand -base64 32.")]
    [InlineData("Data", "/dev/null/data", "Data is '/dev/null/data'; expected a folder, which this user may create if it is missing.")]
    public void An_invalid_setting_is_named_and_a_secret_is_not_shown(string key, string value, string expected) =>
        Assert.Equal(expected, Error(new AudioClusterOptions(), ("Data", _folder.Path), (key, value)));

    [Fact]
    public void A_cluster_needs_a_database_and_its_silos_a_key()
    {
        var silo = new AudioClusterOptions { Membership = ClusterMembership.Postgres };
        Assert.Equal("ConnectionStrings__Audio: expected the database that all processes of the cluster share.", Error(silo, ("Data", _folder.Path), ("Secrets:MasterKey", Key)));
        Assert.StartsWith("Secrets__MasterKey: expected 32 bytes in base64, the same for all silos", Error(silo, ("Data", _folder.Path), ("ConnectionStrings:Audio", Database)), StringComparison.Ordinal);
        Assert.Null(Read(silo with { Role = ClusterRole.Gateway }, ("Data", _folder.Path), ("ConnectionStrings:Audio", Database)).MasterKey);
    }

    private static string Error(AudioClusterOptions cluster, params (string Key, string? Value)[] settings) => Assert.Throws<OptionsValidationException>(() => Read(cluster, settings)).Message;

    private static PlatformOptions Read(AudioClusterOptions cluster, params (string Key, string? Value)[] settings)
    {
        var all = new ConfigurationBuilder();
        foreach (var (key, value) in settings)
            all.AddInMemoryCollection([new(key, value)]);
        return PlatformOptions.Read(all.Build(), cluster);
    }
}
