using System.Text.Json;
using AudioOrleans.Configuration;
using AudioOrleans.Gateway.Security;
using AudioOrleans.Grains.Accounts;
using AudioOrleans.Grains.Interfaces.Tokens;
using AudioOrleans.Grains.Interfaces.Uploads;
using AudioOrleans.Grains.Operations;
using AudioOrleans.Persistence.Jobs;
using AudioOrleans.RelayHost.Objects;
using AudioOrleans.RelayHost.Relays;
using AudioOrleans.Silo;
using AudioOrleans.Standalone.Demo;
using Microsoft.Extensions.Configuration;

namespace AudioOrleans.Gateway.Tests.Hosting;

/// <summary>The shipped appsettings.json shows the defaults.</summary>
public sealed class DefaultSettingsTests
{
    private static readonly IConfigurationRoot Shipped = new ConfigurationBuilder().AddJsonFile(Path.Combine(AppContext.BaseDirectory, "appsettings.json")).Build();

    [Fact]
    public void The_shipped_settings_are_the_defaults_of_the_code()
    {
        AssertDefault<DemoOptions>("Demo");
        AssertDefault<ObjectStoreOptions>("Objects");
        AssertDefault<UploadOptions>("Uploads");
        AssertDefault<RelayOptions>("Relay");
        AssertDefault<TokenOptions>("Tokens");
        AssertDefault<LoginOptions>("Login");
        AssertDefault<AuditOptions>("Audit");
        AssertDefault<IdempotencyOptions>("Idempotency");
        AssertDefault<JobOptions>("Jobs");
        Assert.Equal(new RateLimitOptions(), Shipped.ReadOptions<RateLimitOptions>());
        Assert.Equal(new DeadlineOptions(), Shipped.ReadOptions<DeadlineOptions>());
        Assert.Equal("data", Shipped["Data"]);
    }

    private static void AssertDefault<T>(string section)
        where T : new()
    {
        Assert.True(Shipped.GetSection(section).Exists(), $"{section} is in the file");
        Assert.Equal(JsonSerializer.Serialize(new T()), JsonSerializer.Serialize(Shipped.GetSection(section).Get<T>()));
    }
}
