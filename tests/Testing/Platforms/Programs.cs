using System.Collections.Immutable;

namespace AudioOrleans.Testing.Platforms;

/// <summary>The programs of the platform, as they were built beside the tests, and how tests run them.</summary>
public static class Programs
{
    /// <summary>The settings of each program in a test: it may connect to 127.0.0.1, it has an admin, and its rate limits are never reached.</summary>
    public static ImmutableDictionary<string, string?> Settings { get; } = ImmutableDictionary<string, string?>.Empty
        .Add("Outbound__AllowedNetworks__0", "127.0.0.0/8")
        .Add("Admin__Email", Dj.AdminEmail)
        .Add("Admin__Password", Dj.Password)
        // All tests call from one address, so no test reaches these limits unless it sets others.
        .Add("Login__FailuresPerNetwork", "1000000")
        .Add("RateLimits__Credentials", "1000000")
        .Add("RateLimits__Writes", "1000000")
        .Add("RateLimits__Reads", "1000000");

    /// <summary>The assembly of a program, <c>Gateway</c> or <c>Silo</c>, in the configuration of the tests.</summary>
    public static string PathOf(string program)
    {
        var tests = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        return Path.Combine(tests.Parent!.Parent!.FullName, program, tests.Name, $"Audio.Orleans.{program}.dll");
    }
}
