using System.Reflection;
using AudioOrleans.Gateway.Authentication;
using AudioOrleans.Grains.Interfaces.ApiKeys;
using AudioOrleans.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace AudioOrleans.Gateway.Tests.Authentication;

public sealed class ApiKeyUsesTests
{
    [Fact]
    public void Keys_that_are_no_longer_used_take_no_memory()
    {
        var clock = new ManualTimeProvider();
        var uses = new ApiKeyUses(Factory.Create(), clock, NullLogger<ApiKeyUses>.Instance);
        for (var i = 0; i < 100; i++)
            uses.Note(Guid.NewGuid(), Guid.NewGuid());
        Assert.Equal(100, uses.Count);
        clock.Advance(TimeSpan.FromMinutes(1));
        uses.Note(Guid.NewGuid(), Guid.NewGuid());
        Assert.Equal(1, uses.Count);
    }

    public class Factory : DispatchProxy
    {
        public static IGrainFactory Create() => Create<IGrainFactory, Factory>();

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => DispatchProxy.Create<IApiKeysGrain, Grain>();
    }

    public class Grain : DispatchProxy
    {
        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => Task.CompletedTask;
    }
}
