using AudioOrleans.Configuration;
using Microsoft.Extensions.Options;

namespace AudioOrleans.Gateway.Security;

/// <summary>Reads settings that are lists.</summary>
internal static class SettingLists
{
    /// <summary>The items of a list, such as <c>Proxies__Trusted__0</c>.</summary>
    /// <exception cref="OptionsValidationException">The list itself has a value: without an index it would silently protect nothing.</exception>
    public static IReadOnlyList<IConfigurationSection> Items(IConfiguration configuration, string key)
    {
        var list = configuration.GetSection(key);
        var name = key.Replace(":", "__", StringComparison.Ordinal);
        return string.IsNullOrEmpty(list.Value) ? [.. list.GetChildren()] : throw WrongSetting.Create(list, $"a list: {name}__0, {name}__1 and so on");
    }
}
