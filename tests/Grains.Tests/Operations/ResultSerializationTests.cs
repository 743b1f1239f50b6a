using System.Collections;
using System.Reflection;
using AudioOrleans.Grains.Interfaces;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;
using Orleans.Serialization.Invocation;

namespace AudioOrleans.Grains.Tests.Operations;

public sealed class ResultSerializationTests
{
    private static readonly Serializer<Response> Serializer =
        new ServiceCollection().AddSerializer().BuildServiceProvider().GetRequiredService<Serializer<Response>>();

    public static TheoryData<Type> AllResultTypes =>
    [
        .. typeof(Caller).Assembly.GetTypes().Where(type => type.IsInterface && typeof(IGrain).IsAssignableFrom(type))
            .SelectMany(type => type.GetMethods()).Select(method => method.ReturnType).Where(type => type.IsGenericType)
            .Select(type => type.GetGenericArguments()[0]).Distinct(),
    ];

    [Theory]
    [MemberData(nameof(AllResultTypes))]
    public void The_result_of_a_grain_call_survives_serialization(Type type)
    {
        var result = Sample(type, 0)!;
        var (copy, leaves) = (RoundTripResult(result, type), 0);
        AssertSame(result, copy, type.Name, ref leaves);
        Assert.NotEqual(0, leaves);
    }

    [Fact]
    public void A_null_result_stays_null()
    {
        Assert.Null(RoundTripResult(null, typeof(Caller)));
        Assert.Null(RoundTrip(Response.Completed).Result);
    }

    private static object? RoundTripResult(object? result, Type type) =>
        RoundTrip((Response)typeof(Response).GetMethod(nameof(Response.FromResult))!.MakeGenericMethod(type).Invoke(null, [result])!).Result;

    private static Response RoundTrip(Response response) => Serializer.Deserialize(Serializer.SerializeToArray(response))!;

    /// <summary>A value of the type in which every property is set.</summary>
    private static object? Sample(Type type, int salt)
    {
        if (Nullable.GetUnderlyingType(type) is { } inner)
            return Sample(inner, salt);
        if (type == typeof(string))
            return $"\"{salt}\" & <ä>";
        if (type == typeof(Guid))
            return Guid.NewGuid();
        if (type == typeof(TimeSpan))
            return new TimeSpan(1, 2, 3, 4, 5 + salt).Add(TimeSpan.FromTicks(7));
        if (type == typeof(DateTimeOffset))
            return new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero).AddTicks(7 + salt);
        if (type == typeof(DateOnly))
            return new DateOnly(2026, 1, 2).AddDays(salt);
        if (type == typeof(Uri))
            return new Uri($"http://node.example:{8000 + salt}/");
        if (type == typeof(bool))
            return true;
        if (type.IsEnum)
            return Enum.GetValues(type).GetValue(Enum.GetValues(type).Length - 1);
        if (type.IsPrimitive)
            return Convert.ChangeType(7 + salt, type, System.Globalization.CultureInfo.InvariantCulture);
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(System.Collections.Immutable.ImmutableArray<>))
        {
            var element = type.GetGenericArguments()[0];
            var items = Array.CreateInstance(element, 2);
            for (var i = 0; i < items.Length; i++)
                items.SetValue(Sample(element, salt + i), i);
            return typeof(System.Collections.Immutable.ImmutableArray).GetMethods().First(method =>
                method.Name == "Create" && method.GetParameters() is [{ ParameterType.IsArray: true }]).MakeGenericMethod(element).Invoke(null, [items]);
        }
        var constructor = type.GetConstructors().MaxBy(one => one.GetParameters().Length)!;
        return constructor.Invoke([.. constructor.GetParameters().Select((parameter, i) => Sample(parameter.ParameterType, salt + i))]);
    }

    private static void AssertSame(object? one, object? other, string path, ref int leaves)
    {
        Assert.True(one is null == other is null, path);
        if (one is null)
            return;
        Assert.Equal(one.GetType(), other!.GetType());
        if (one is string || one.GetType() is { IsPrimitive: true } or { IsEnum: true } || one is Guid or TimeSpan or DateTimeOffset or Uri)
        {
            leaves++;
            Assert.True(one.Equals(other), path);
            return;
        }
        if (one is IEnumerable list)
        {
            var (left, right) = (list.Cast<object?>().ToList(), ((IEnumerable)other).Cast<object?>().ToList());
            Assert.True(left.Count == right.Count, path);
            for (var i = 0; i < left.Count; i++)
                AssertSame(left[i], right[i], $"{path}[{i}]", ref leaves);
            return;
        }
        foreach (var property in one.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance))
            AssertSame(property.GetValue(one), property.GetValue(other), $"{path}.{property.Name}", ref leaves);
    }
}
