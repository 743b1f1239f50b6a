using System.Globalization;

namespace AudioOrleans.Gateway.Security;

/// <summary>Reads settings, and says of a wrong one how it is called and what was expected: the platform does not start with it.</summary>
internal static class Settings
{
    /// <summary>The items of a list, such as <c>Proxies__Trusted__0</c>.</summary>
    /// <exception cref="ArgumentException">The list itself has a value, so somebody forgot the number and would be left without defence.</exception>
    public static IReadOnlyList<IConfigurationSection> Items(IConfiguration configuration, string key)
    {
        var list = configuration.GetSection(key);
        return string.IsNullOrEmpty(list.Value) ? [.. list.GetChildren()] : throw Wrong(list, $"a list: {NameOf(list)}__0, {NameOf(list)}__1 and so on");
    }

    /// <summary>A whole number from 0.</summary>
    /// <exception cref="ArgumentException">It is none, or larger than <paramref name="most"/>.</exception>
    public static int Count(IConfiguration configuration, string key, int standard, int most, string what)
    {
        var setting = configuration.GetSection(key);
        if (setting.Value is not { } text)
            return standard;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count <= most
            ? count
            : throw Wrong(setting, string.Create(CultureInfo.InvariantCulture, $"{what}, a whole number from 0 to {most}"));
    }

    /// <summary>A duration.</summary>
    /// <exception cref="ArgumentException">It is none, or out of range.</exception>
    public static TimeSpan Duration(IConfiguration configuration, string key, TimeSpan standard, TimeSpan least, TimeSpan most)
    {
        var setting = configuration.GetSection(key);
        if (setting.Value is not { } text)
            return standard;
        return TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var duration) && duration >= least && duration <= most
            ? duration
            : throw Wrong(setting, $"a duration such as {standard:c}, from {least:c} to {most:c}");
    }

    /// <summary>The exception for a wrong setting.</summary>
    public static ArgumentException Wrong(IConfigurationSection setting, string expected) => new($"{NameOf(setting)} is '{setting.Value}'; expected {expected}.");

    // As it stands in the environment and in docs/configuration.md.
    private static string NameOf(IConfigurationSection setting) => setting.Path.Replace(":", "__", StringComparison.Ordinal);
}
