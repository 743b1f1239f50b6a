using AudioOrleans.Testing.Domains;

namespace AudioOrleans.Gateway.Tests.Domains;

/// <summary>A platform with custom domains for the tests of a group.</summary>
public sealed class SharedDomainPlatform : DomainPlatform, IAsyncLifetime
{
    Task IAsyncLifetime.InitializeAsync() => StartAsync();

    Task IAsyncLifetime.DisposeAsync() => DisposeAsync().AsTask();
}

/// <summary>Its tests run one after the other.</summary>
[CollectionDefinition(Name)]
public sealed class DomainPlatformGroup : ICollectionFixture<SharedDomainPlatform>
{
    public const string Name = "a platform with custom domains";
}
